"""JSON Schemas (draft 2020-12) of the definition format, generated from the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from toolkit.core.canonical import dump_json
from toolkit.model.cases import KIND as CASES
from toolkit.model.cases import Cases
from toolkit.model.envelope import SCHEMA_FOLDER, Envelope, schema_file_name
from toolkit.model.guardrails import HELP
from toolkit.model.hints import PAGE_MARK, WORDS_MARK
from toolkit.model.kinds import KINDS

MODELS: Mapping[str, type[Envelope]] = {**KINDS, CASES: Cases}
"""Every kind of file, definitions and what stands beside them, by the word in its field ``kind``."""

ANY_KIND = "definition.schema.json"
"""The file name of the schema for every kind, for files whose name does not tell theirs."""


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of `kind`: the model's structure; lexical rules stand in code alone."""
    name = schema_file_name(kind)
    schema = _tidied(MODELS[kind].model_json_schema(by_alias=True, schema_generator=_Generator))
    schema["properties"]["$schema"]["examples"] = [f"../../schemas/{SCHEMA_FOLDER}/{name}"]
    _move_descriptions_to_uses(schema)
    return {"$schema": _Generator.schema_dialect, "$id": f"{SCHEMA_FOLDER}/{name}", **schema}


def schema_of_any_kind() -> dict[str, Any]:
    """Return the schema that judges a definition by the one of its kind."""
    meanings = {kind: summary(schema_of(kind)) for kind in MODELS}
    return {
        "$schema": _Generator.schema_dialect,
        "$id": f"{SCHEMA_FOLDER}/{ANY_KIND}",
        "title": "Definition",
        "description": "An action or a limit of Adobe Journey Optimizer; its kind says which.",
        "type": "object",
        "properties": {
            "kind": {
                "description": "The kind of definition.",
                "enum": list(meanings),
                "enumDescriptions": list(meanings.values()),
            }
        },
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": schema_file_name(kind)},
            }
            for kind in MODELS
        ],
    }


def summary(schema: dict[str, Any]) -> str:
    """Return what a schema is for, without the page that says more."""
    text: str = schema["description"]
    return text.partition("\n")[0]


def schema_files() -> dict[str, str]:
    """Return every schema as text by its path below the folder ``schemas``."""
    schemas = {schema_file_name(kind): schema_of(kind) for kind in MODELS}
    schemas[ANY_KIND] = schema_of_any_kind()
    return {f"{SCHEMA_FOLDER}/{name}": dump_json(schema) + "\n" for name, schema in schemas.items()}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator without titles made up from field names, which teach nobody anything."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # pydantic's signature
        return False

    def sort(self, value: Any, parent_key: str | None = None) -> Any:  # noqa: ARG002  # pydantic's signature
        """Keep the order of keys: it is that of the models, and examples have an order of their own."""
        return value


def _tidied(schema: Any) -> Any:
    """Drop null defaults, for what may be left out is never null, and say marks as editors read them."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {
        key: _tidied(value) for key, value in schema.items() if not (key == "default" and value is None)
    }
    if isinstance(text := tidied.get("description"), str):
        tidied.update(_described(text.replace("``", "`"), tidied.pop(PAGE_MARK, "")))
    if words := tidied.pop(WORDS_MARK, None):
        meanings = [words[word] for word in tidied["enum"]]
        tidied["enumDescriptions"] = [_plain(text) for text in meanings]
        if any("`" in text for text in meanings):
            tidied["markdownEnumDescriptions"] = meanings
    return tidied


def _described(text: str, page: str) -> dict[str, str]:
    """Return what every editor shows, and beside it Markdown where that says more."""
    told = {"description": _plain(text) + (f"\nSee {HELP}{page}" if page else "")}
    if page or "`" in text:
        link = f"\n\n[Adobe's documentation]({HELP}{page})" if page else ""
        told["markdownDescription"] = text + link
    return told


def _plain(text: str) -> str:
    return text.replace("`", "")


_TOLD = ("description", "markdownDescription")


def _move_descriptions_to_uses(schema: dict[str, Any]) -> None:
    """Let a field's own description win over the one of what it refers to: editors prefer the latter.

    A definition that is described where it is used loses its description, and every bare use of it gains it.
    """
    uses = [part for part in _objects(schema) if "$ref" in part]
    for name, definition in schema["$defs"].items():
        users = [part for part in uses if part.get("$ref") == f"#/$defs/{name}"]
        if not any("description" in part for part in users):
            continue
        own = {key: definition.pop(key) for key in _TOLD if key in definition}
        for part in users:
            if "description" not in part:
                part.update(own)
            part["type"] = definition["type"]
            part["allOf"] = [{"$ref": part.pop("$ref")}]


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _objects(inner)
