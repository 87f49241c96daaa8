"""From a target's settings to a platform that can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.model.text import SecretRef, parse_text, reveal_text
from toolkit.platform import Connection, HttpPlatform
from toolkit.platform.port import Platform, SecretResolver
from toolkit.targets import open_target
from toolkit.workspace.secrets import secret_resolver
from toolkit.workspace.settings import PluggedTarget, Target

_OF_THE_PLATFORM = "Name a target that is a sandbox of the platform."


def connection_of(target: Target, resolve: SecretResolver) -> Connection:
    """Return where `target` is and how to get in.

    Raises :class:`AjoError` AJO307 without its credentials, AJO345 for a target that is no platform.
    """
    if isinstance(target, PluggedTarget):
        raise AjoError("AJO345", f"a target of kind {target.kind} is not the platform", fix=_OF_THE_PLATFORM)
    (reference,) = (part for part in parse_text(target.client_secret) if isinstance(part, SecretRef))
    return Connection(
        base_url=target.base_url,
        journeys_url=target.journeys_url,
        ims_url=target.ims_url,
        organisation=target.organisation,
        sandbox=target.sandbox,
        client_id=reveal_text(target.client_id, resolve),
        client_secret=resolve(reference),
        scopes=tuple(target.scopes),
        timeout_s=float(target.timeout_seconds),
        workers=target.workers,
        apis=target.apis(),
        audit_url=target.audit_address,
    )


def _platform(target: Target, root: Path, resolve: SecretResolver, *, trust: bool) -> Platform:
    if isinstance(target, PluggedTarget):
        return open_target(target, root, resolve, trust=trust)
    return HttpPlatform(connection_of(target, resolve), resolve)


@contextmanager
def connected(
    target: Target,
    root: Path,
    environment: Mapping[str, str],
    *,
    trust: bool = False,
    resolve: SecretResolver | None = None,
) -> Iterator[Platform]:
    """Give the platform of `target` for as long as the block runs.

    Its secrets come from `resolve`, or else from where the settings say; a command, and a kind of target
    whose code stands in the workspace, are run only with `trust`.
    """
    resolve = resolve or secret_resolver(target, root, environment, trust=trust)
    platform = _platform(target, root, resolve, trust=trust)
    try:
        yield platform
    finally:
        platform.close()
