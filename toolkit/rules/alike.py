"""By what an authentication is known again: the actions of one vendor share it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from toolkit.core.pointer import Path
from toolkit.model.authentication import Authentication
from toolkit.model.base import Model
from toolkit.model.custom_action import CustomAction
from toolkit.model.document import part_with_texts
from toolkit.model.kinds import Definition
from toolkit.rules.places import once


@dataclass(frozen=True, slots=True)
class Said:
    """What an authentication says, some texts filled in; two are equal when they say the same."""

    key: Hashable
    texts: tuple[tuple[Path, str], ...]
    written: Authentication = field(compare=False, repr=False)

    @property
    def authentication(self) -> Authentication:
        """The authentication with its texts filled in."""
        return part_with_texts(self.written, {path[1:]: text for path, text in self.texts})


def said(definition: Definition, texts: Mapping[Path, str]) -> Said | None:
    """Return what the authentication of a definition says once `texts` stand at their places."""
    if not isinstance(definition, CustomAction) or definition.authentication is None:
        return None
    inside = tuple([place for place in texts.items() if place[0][0] == "authentication"])
    (key,) = _written(definition)
    return Said(key, inside, definition.authentication)


@once
def _written(definition: Definition) -> Iterator[Hashable]:
    if isinstance(definition, CustomAction) and definition.authentication is not None:
        yield _key(definition.authentication)


def _key(part: Model) -> Hashable:
    members = part.__dict__.values()
    return (type(part), *[member if type(member) is str else _key_of_member(member) for member in members])


def _key_of_member(member: object) -> Hashable:
    if isinstance(member, Model):
        return _key(member)
    return tuple(member.items()) if isinstance(member, dict) else member
