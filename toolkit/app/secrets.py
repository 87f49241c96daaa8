"""Which secrets a target needs, and whether each is there: never what one is, nor how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.core.diagnostics import has_errors
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.model.document import references
from toolkit.model.text import SecretRef, secret_refs
from toolkit.platform.port import SecretResolver
from toolkit.workspace.load import Workspace
from toolkit.workspace.settings import DirectoryTarget, Target


@dataclass(frozen=True, slots=True)
class User:
    """What needs a secret: a definition by kind and name, or the target itself (kind ``Target``)."""

    kind: str
    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Need:
    """A secret that a target needs, who uses it, and the error that asking for it gave (None: there)."""

    reference: SecretRef
    users: tuple[User, ...]
    error: AjoError | None = None


@dataclass(frozen=True, slots=True)
class SecretsOfTarget:
    """All that a target needs, in the order of paths."""

    target: str
    needs: tuple[Need, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every secret is there."""
        return all(need.error is None for need in self.needs)


def check_secrets(workspace: Workspace, name: str, resolve: SecretResolver) -> SecretsOfTarget:
    """Ask for every secret that target `name` needs.

    Raises :class:`InvalidDefinitions` where a file can't be read: what it needs is not known then.
    """
    if has_errors(workspace.findings):
        raise InvalidDefinitions(workspace.findings)
    users: dict[SecretRef, dict[User, None]] = {}
    for reference, user in _uses(workspace, name, workspace.settings.targets[name]):
        users.setdefault(reference, {})[user] = None
    in_order = sorted(users, key=lambda reference: (reference.path, reference.label))
    return SecretsOfTarget(
        name,
        tuple(Need(reference, tuple(users[reference]), _error(reference, resolve)) for reference in in_order),
    )


def _uses(workspace: Workspace, name: str, target: Target) -> Iterator[tuple[SecretRef, User]]:
    itself = User("Target", name, workspace.loaded_settings.file)
    for text in (target.client_id, target.client_secret):
        yield from ((reference, itself) for reference in secret_refs(text))
    if isinstance(target, DirectoryTarget):
        return  # references are kept in their place, nobody asks for what they name
    for item in workspace.definitions:
        definition = item.definition
        lifecycle = definition.lifecycle
        if lifecycle is None or lifecycle.targets is None or name in lifecycle.targets:
            user = User(definition.kind, definition.name, item.file)
            for _, text in references(definition):
                yield from ((reference, user) for reference in secret_refs(text))


def _error(reference: SecretRef, resolve: SecretResolver) -> AjoError | None:
    try:
        resolve(reference)
    except AjoError as error:
        return error
    return None
