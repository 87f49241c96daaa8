"""JSON Schemas (draft 2020-12) of the definition format, generated from the models."""

from __future__ import annotations

import re
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from toolkit.core.canonical import dump_json
from toolkit.model.kinds import FORMAT_VERSION, KINDS

SCHEMA_FOLDER = f"v{FORMAT_VERSION}"


def schema_file_name(kind: str) -> str:
    """Return the file name of a kind's schema: ``CustomAction`` is in ``custom-action.schema.json``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower() + ".schema.json"


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of `kind`: the model's structure; lexical rules stand in code alone."""
    schema = KINDS[kind].model_json_schema(by_alias=True, schema_generator=_Generator)
    return {
        "$schema": _Generator.schema_dialect,
        "$id": f"{SCHEMA_FOLDER}/{schema_file_name(kind)}",
        **_tidied(schema),
    }


def schema_files() -> dict[str, str]:
    """Return every schema as text by its path below the folder ``schemas``."""
    return {f"{SCHEMA_FOLDER}/{schema_file_name(kind)}": dump_json(schema_of(kind)) + "\n" for kind in KINDS}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator without titles made up from field names, which teach nobody anything."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # pydantic's signature
        return False


def _tidied(schema: Any) -> Any:
    """Drop null defaults: a field that may be left out is never null in a file."""
    if isinstance(schema, dict):
        return {
            key: _tidied(value) for key, value in schema.items() if not (key == "default" and value is None)
        }
    return [_tidied(item) for item in schema] if isinstance(schema, list) else schema
