"""What every definition carries: which format it is in, its name, and what is ours alone and never sent."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import Field

from toolkit.model.base import Maybe, Model

LIFECYCLE = "How the definition is looked after; ours alone, never sent to a platform."
FORMAT_VERSION: Final = 1
SCHEMA_FOLDER: Final = f"v{FORMAT_VERSION}"


def schema_file_name(kind: str) -> str:
    """Return the file name of a kind's schema: ``CustomAction`` is in ``custom-action.schema.json``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower() + ".schema.json"


def schema_file_path(kind: str) -> str:
    """Return the path of a kind's schema below the workspace's root."""
    return f"schemas/{SCHEMA_FOLDER}/{schema_file_name(kind)}"


class Lifecycle(Model):
    """How the definition is looked after. Never sent to a platform."""

    protect: bool = Field(default=False, description="Refuse any plan that would delete the resource.")
    previous_name: Maybe[str] = Field(
        default=None, min_length=1, description="The name before a rename.", examples=["LoyaltyHello"]
    )
    owner: Maybe[str] = Field(
        default=None, min_length=1, description="The team to ask.", examples=["loyalty-team"]
    )
    targets: Maybe[list[str]] = Field(
        default=None,
        min_length=1,
        description="The targets this definition is for; all if left out.",
        examples=[["stage", "prod"]],
    )
    links: list[str] = Field(
        default_factory=list,
        description="Pages worth reading, such as the vendor's.",
        examples=[["https://example.com/api"]],
    )


class Envelope(Model):
    """The first keys of every definition file."""

    schema_: str = Field(
        alias="$schema", description="The JSON Schema of this kind, relative to the file: editors read it."
    )
    format_version: Literal[1] = Field(description="Version of the definition format.")
