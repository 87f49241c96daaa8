"""Where secrets come from: resolvers for references, made from a target's settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import assert_never

from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK, Secret
from toolkit.model.text import SECRET_LOST, SecretRef
from toolkit.workspace.settings import DirectorySecrets, EnvironmentSecrets, MadeUpSecrets, Target, is_inside

MAX_SECRET_BYTES = 64 * 1024


def secret_resolver(
    target: Target, root: Path, environment: Mapping[str, str]
) -> Callable[[SecretRef], Secret]:
    """Return what gives the target's secrets; it raises :class:`AjoError` AJO307 for one that is not there.

    A relative directory counts from the workspace's `root`.
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


def _checked(reference: SecretRef, text: str | None, where: str) -> Secret:
    if text is None or not text:
        state = "is not set or not readable" if text is None else "is empty"
        raise AjoError("AJO307", f"the secret {reference.path} is not available: {where} {state}")
    if text in (MASK, SECRET_LOST):
        raise AjoError(
            "AJO307", f"the secret {reference.path} is a placeholder: {where} does not hold the real one"
        )
    return Secret(text)
