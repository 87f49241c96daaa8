"""Where secrets come from: resolvers for references, made from a target's settings."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import assert_never

from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK, Secret
from toolkit.model.text import SECRET_LOST, SecretRef
from toolkit.workspace.secret_settings import (
    CommandSecrets,
    DirectorySecrets,
    EnvironmentSecrets,
    KeyringSecrets,
    MadeUpSecrets,
)
from toolkit.workspace.settings import Target, is_inside

MAX_SECRET_BYTES = 64 * 1024

_LINE_ENDS = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
"""What Python and HTTP take for the end of a line: in a header it would begin another one."""

Resolver = Callable[[SecretRef], Secret]


def secret_resolver(
    target: Target, root: Path, environment: Mapping[str, str], *, trust: bool = False
) -> Resolver:
    """Return what gives the target's secrets; safe to call from several threads.

    It raises :class:`AjoError` AJO307 for a secret that is not there, AJO340 for what can't be one, AJO341
    where a command would be run without `trust`, AJO902 without the keyring package. A relative directory
    counts from the workspace's `root`, where a command is run too; a command is asked once for each secret.
    """
    source = target.secrets
    match source:
        case EnvironmentSecrets():
            return lambda reference: _checked(
                reference, *_from_environment(reference, source.prefix, environment)
            )
        case DirectorySecrets():
            folder = root / source.path
            return lambda reference: _checked(reference, *_from_directory(reference, folder))
        case CommandSecrets():
            return asked_once(_asking(source, root, environment, trust=trust))
        case KeyringSecrets():
            return asked_once(lambda reference: _checked(reference, *_from_keyring(reference, source)))
        case MadeUpSecrets():
            return made_up_secret
        case _:
            assert_never(source)


def made_up_secret(reference: SecretRef) -> Secret:
    """Return a secret that is no secret: for a platform on this machine that nobody else reaches."""
    return Secret("made-up-" + reference.path.replace("/", "-"))


def variable_name(reference: SecretRef, prefix: str) -> str:
    """Return the environment variable of a secret: ``slack/bot-token`` is ``AJO_SECRET_SLACK_BOT_TOKEN``."""
    return prefix + re.sub(r"[^A-Za-z0-9]", "_", reference.path).upper()


def asked_once(ask: Resolver) -> Resolver:
    """Return a resolver that asks once for each path, and gives the secret, or why there is none, ever after.

    Whoever asks meanwhile waits for the answer.
    """
    known: dict[str, Secret | AjoError] = {}
    lock = threading.Lock()

    def resolve(reference: SecretRef) -> Secret:
        with lock:
            if reference.path not in known:
                try:
                    known[reference.path] = ask(reference)
                except AjoError as error:
                    known[reference.path] = error
            found = known[reference.path]
        if isinstance(found, AjoError):
            raise AjoError(found.code, found.message, fix=found.fix)
        return found

    return resolve


def _from_environment(
    reference: SecretRef, prefix: str, environment: Mapping[str, str]
) -> tuple[str | None, str]:
    name = variable_name(reference, prefix)
    return environment.get(name), f"the environment variable {name}"


def _from_directory(reference: SecretRef, folder: Path) -> tuple[str | None, str]:
    file = folder / reference.path
    where = f"the file {file}"
    try:
        if not is_inside(file, folder):
            return None, where
        with file.open("rb") as stream:
            content = stream.read(MAX_SECRET_BYTES + 1)
        if len(content) > MAX_SECRET_BYTES:
            return None, f"{where}, over {MAX_SECRET_BYTES} bytes,"
        return content.decode("utf-8").rstrip("\r\n"), where
    except (OSError, UnicodeDecodeError):
        return None, where


def _asking(source: CommandSecrets, root: Path, environment: Mapping[str, str], *, trust: bool) -> Resolver:
    def ask(reference: SecretRef) -> Secret:
        if not trust:
            message = f"the secret {reference.path} comes from a command, which is run with --trust only"
            raise AjoError("AJO341", message)
        from toolkit.workspace.secret_command import printed_by  # noqa: PLC0415  # for those who use it

        content = printed_by(source, reference, root, environment)
        return _checked(reference, content, f"what {source.command[0]} printed")

    return ask


def _from_keyring(reference: SecretRef, source: KeyringSecrets) -> tuple[str | None, str]:
    try:
        import keyring  # noqa: PLC0415  # an optional package
        import keyring.errors  # noqa: PLC0415
    except ModuleNotFoundError:
        message = "secrets come from the system's keyring, and the package for that is not installed"
        raise AjoError("AJO902", message, fix="Run pip install 'ajo-actions[keyring]'.") from None
    try:
        found = keyring.get_password(source.service, reference.path)
    except keyring.errors.KeyringError as error:
        message = f"the secret {reference.path} is not available: the keyring says {type(error).__name__}"
        raise AjoError("AJO307", message) from None
    return found, f"the entry {reference.path} of {source.service} in the keyring"


def _checked(reference: SecretRef, text: str | None, where: str) -> Secret:
    if text is None:
        message = f"the secret {reference.path} is not available: {where} is not set or not readable"
        raise AjoError("AJO307", message)
    if not text:
        raise AjoError("AJO340", f"the secret {reference.path} is empty: {where} holds nothing")
    if text.strip() in (MASK, SECRET_LOST):
        message = f"the secret {reference.path} is a placeholder: {where} does not hold the real one"
        raise AjoError("AJO340", message)
    if _LINE_ENDS.search(text):
        raise AjoError("AJO340", f"the secret {reference.path} has more than one line: {where} holds several")
    return Secret(text)
