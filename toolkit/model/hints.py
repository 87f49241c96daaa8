"""What a schema tells a writer: pages, meanings of words, shapes to begin with, one branch at a time.

Editors show it on hover and completion; it decides nothing about what is valid. :mod:`toolkit.model.schema`
turns the marks that begin with ``x-`` into the keywords that editors read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic.config import JsonDict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from toolkit.core.canonical import dump_json

PAGE_MARK = "x-page"
WORDS_MARK = "x-words"

_PLACE = re.compile(r"«(\d+)(?::([^»]*))?»")


def hints(
    *, page: str = "", words: Mapping[str, str] | None = None, snippets: Iterable[JsonDict] = ()
) -> JsonDict:
    """Return schema keywords: a `page` of the documentation, what an enum's `words` mean, `snippets`."""
    told: JsonDict = {}
    if page:
        told[PAGE_MARK] = page
    if words:
        told[WORDS_MARK] = dict(words)
    if shapes := list(snippets):
        told["defaultSnippets"] = [*shapes]
    return told


def snippet(label: str, description: str, value: Any) -> JsonDict:
    """Return a shape that editors offer; in its texts «1:words» is the first place to type at."""
    text = re.sub(r"[\\$]", r"\\\g<0>", dump_json(value))
    return {"label": label, "description": description, "bodyText": _PLACE.sub(_place, text)}


def _place(found: re.Match[str]) -> str:
    return f"${{{found[1]}:{found[2]}}}" if found[2] else f"${found[1]}"


@dataclass(frozen=True, eq=False)
class Asked:
    """Says a union as the model reads it: ask one condition after another, then judge by one branch alone.

    A schema that tries every branch reports many failed guesses for one wrong word. `conditions` are those of
    the union's branches in their order; the last branch needs none where it takes the rest. `first` are
    questions with answers of their own, `beside` stands next to all of them, `beside_last` next to the last.
    """

    conditions: tuple[JsonSchemaValue, ...]
    first: tuple[tuple[JsonSchemaValue, JsonSchemaValue], ...] = ()
    beside: JsonSchemaValue = field(default_factory=dict)
    beside_last: JsonSchemaValue = field(default_factory=dict)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        branches = handler(schema)["oneOf"]
        asked: JsonSchemaValue = {}
        if len(branches) > len(self.conditions):
            asked = branches.pop()
        if self.beside_last:
            asked = {**self.beside_last, "allOf": [asked]}
        cases = [*self.first, *zip(self.conditions, branches, strict=True)]
        for condition, branch in reversed(cases):
            asked = {"if": condition, "then": branch} | ({"else": asked} if asked else {})
        return {**self.beside, **asked}


def has(*names: str) -> JsonSchemaValue:
    """Return the condition that a value is an object with all fields of `names`."""
    return {"type": "object", "required": list(names)}


def is_a(json_type: str) -> JsonSchemaValue:
    """Return the condition that a value is of a JSON type."""
    return {"type": json_type}
