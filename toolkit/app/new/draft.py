"""A definition in the making, and what its maker has to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from toolkit.core.canonical import Json
from toolkit.core.errors import AjoError
from toolkit.core.pointer import format_pointer
from toolkit.model.document import Document
from toolkit.model.doubts import Doubt
from toolkit.model.inference import Inferred, NotAPayload, infer_response


@dataclass(slots=True)
class Draft:
    """The fields of a definition without its envelope; `notes` are what was decided or left out.

    A doubt's path begins with the field of the definition: ``("request", "price")``.
    """

    document: Document
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Add a note, each once."""
        if text not in self.notes:
            self.notes.append(text)

    def take(self, field_name: str, inferred: Inferred) -> None:
        """Set a payload."""
        self.document[field_name] = inferred.payload
        self.doubts.extend(Doubt((field_name, *doubt.path), doubt.question) for doubt in inferred.doubts)

    def take_answers(self, response: Json, failure: Json) -> None:
        """Describe the answers by their examples; None says nothing. Raises :class:`AjoError` AJO810."""
        for name, example in (("response", response), ("failureResponse", failure)):
            if example is not None:
                try:
                    self.take(name, infer_response(example))
                except NotAPayload as error:
                    raise not_a_payload(f"the example of the {name}", error) from None

    def grouped(self) -> list[tuple[str, list[str]]]:
        """Return each question once, with the JSON pointers of the places that it is about."""
        groups: dict[str, list[str]] = {}
        for doubt in self.doubts:
            groups.setdefault(doubt.question, []).append(format_pointer(doubt.path))
        return list(groups.items())


def not_a_payload(what: str, error: NotAPayload) -> AjoError:
    """Say that an example can't be described."""
    return AjoError("AJO810", f"{what} can't be used: {error}")


def in_order(fields: dict[str, Any]) -> Document:
    """Return fields without the empty ones."""
    return {name: value for name, value in fields.items() if value not in (None, {}, "")}


def listed(names: Iterable[str], most: int = 8) -> str:
    """Return names in a row, cut after `most`."""
    found = list(dict.fromkeys(names))
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")
