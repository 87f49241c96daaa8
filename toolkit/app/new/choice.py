"""What a person decided about constants and variables, by path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.core.canonical import Json
from toolkit.core.errors import AjoError
from toolkit.core.pointer import Path, format_path, format_pointer
from toolkit.model.problems import nearest

HEADER, QUERY = "header:", "query:"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which places are constants and which variables.

    A place is said as ``recipient.id``, ``products[0].price`` or as a JSON pointer, ``header:X-Locale`` or
    ``query:lang`` for a parameter, and stands for all below it. In a request everything is variable but
    `constants`; where `variables` names places in it, everything else is constant. Headers and parameters are
    constant but those in `variables`.
    """

    constants: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    all_constant: bool = False

    def is_constant(self, path: Path) -> bool:
        """Tell whether the scalar at `path` of a request stays as it is."""
        if self.all_constant:
            return True
        wanted = [place for place in self.variables if not _is_parameter(place)]
        return not _is_within(path, wanted) if wanted else _is_within(path, self.constants)

    def is_variable_header(self, name: str) -> bool:
        """Tell whether a header is for the marketer to fill."""
        return (HEADER + name).lower() in map(str.lower, self.variables)

    def is_variable_parameter(self, name: str) -> bool:
        """Tell whether a query parameter is for the marketer to fill."""
        return QUERY + name in self.variables

    def check(self, example: Json, headers: Iterable[str], query: Iterable[str]) -> None:
        """Raise :class:`AjoError` AJO901 for a place that is neither in the request nor a parameter."""
        known = {f"{HEADER}{name.lower()}" for name in headers} | {f"{QUERY}{name}" for name in query}
        for place in (*self.constants, *self.variables):
            if _is_parameter(place):
                found = (place.lower() if place.lower().startswith(HEADER) else place) in known
            else:
                known |= {format_path(path) for path in _places(example, ())}
                found = place in known or any(place == format_pointer(path) for path in _places(example, ()))
            if not found:
                message = f"{place} is no place in the request{nearest(place, known)}"
                fix = "Write places as recipient.id, products[0].price, header:X-Locale or query:lang."
                raise AjoError("AJO901", message, fix=fix)


def _is_parameter(place: str) -> bool:
    return place.lower().startswith(HEADER) or place.startswith(QUERY)


def _is_within(path: Path, places: Iterable[str]) -> bool:
    chosen = set(places)
    return bool(chosen) and any(
        format_path(path[:end]) in chosen or format_pointer(path[:end]) in chosen
        for end in range(1, len(path) + 1)
    )


def _places(value: Json, path: Path) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _places(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*path, index))
