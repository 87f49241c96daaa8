"""What authentications send with the values of each target: the actions of one vendor share theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from toolkit.core.pointer import Path
from toolkit.model.authentication import Authentication
from toolkit.model.outline import Outline
from toolkit.rules import Screen
from toolkit.rules.facts import OfAuthentication, of_authentication
from toolkit.rules.reach import Area, areas_of
from toolkit.workspace.fill import ValuePlace, filled_texts, value_places_of

_MOST = 1_000
_OF_CREDENTIALS = frozenset({("authentication", "name"), ("authentication", "tokenTarget")})


class Sending(NamedTuple):
    """An authentication without a fault with the values of a target; `length` is of its texts."""

    known: OfAuthentication
    length: int


class Sent:
    """One authentication, or none: the values that it refers to, and what becomes of it for each target."""

    def __init__(
        self, authentication: Authentication | None, references: tuple[tuple[Path, str], ...]
    ) -> None:
        self.authentication = authentication
        self._places: tuple[ValuePlace, ...] = value_places_of(references)
        self._sendings: dict[str, Sending] = {}
        self.names = tuple([name for place in self._places for name in place.names])
        self.areas: frozenset[Area] = areas_of(tuple([place.path for place in self._places]))

    def to(self, target: str, values: Mapping[str, str], screen: Screen) -> Sending | None:
        """Return what is sent for a target; None where that needs a closer look."""
        found = self._sendings.get(target)
        if found is None:
            found = self._looked_at(target, values, screen)
            if found is not None:
                self._sendings[target] = found
        return found

    def _looked_at(self, target: str, values: Mapping[str, str], screen: Screen) -> Sending | None:
        texts, problems = filled_texts(self._places, target, values)
        if problems or not all(texts.values()) or not _OF_CREDENTIALS.isdisjoint(texts):
            return None
        if self.authentication is not None and not screen.knows(self.authentication, texts):
            return None
        return Sending(of_authentication(self.authentication, texts), sum(map(len, texts.values())))


class SentBefore:
    """The authentications of the definitions so far, by the object that stands for all that are the same."""

    def __init__(self) -> None:
        self._known: dict[int, Sent] = {}
        self._none = Sent(None, ())

    def of(self, outline: Outline) -> Sent:
        """Return what is known of the authentication of a definition."""
        authentication = outline.authentication
        if authentication is None:
            return self._none
        found = self._known.get(id(authentication))
        if found is None or found.authentication is not authentication:
            if len(self._known) >= _MOST:
                self._known.clear()
            inside = tuple([place for place in outline.references if place[0][0] == "authentication"])
            found = self._known[id(authentication)] = Sent(authentication, inside)
        return found
