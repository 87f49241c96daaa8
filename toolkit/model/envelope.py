"""What every definition carries: which format it is in, its name, and what is ours alone and never sent."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

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


_RULE = re.compile(r"[A-Z]{2,10}[0-9]{3}")
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")


def _rule_id(text: str) -> str:
    if not _RULE.fullmatch(text):
        raise PydanticCustomError("rule", "the id of a rule is needed, such as AJO253")
    return text


def _pointer(text: str) -> str:
    if not _POINTER.fullmatch(text):
        message = (
            "a JSON pointer is needed, such as /request/sku; it begins with /, and ~ is written ~0, / as ~1"
        )
        raise PydanticCustomError("pointer", message)
    return text


def _reason(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("reason", "the reason is needed that a reviewer can judge")
    return text


class Allowance(Model):
    """A finding that is not wrong here, and why. Never sent to a platform."""

    rule: Annotated[str, AfterValidator(_rule_id)] = Field(
        description="The id of the rule.", examples=["AJO253"]
    )
    at: Annotated[str, AfterValidator(_pointer)] = Field(
        description="The place that the finding names, a JSON pointer; this place alone, nothing inside it.",
        examples=["/request/sku"],
    )
    because: Annotated[str, AfterValidator(_reason)] = Field(
        min_length=1,
        description="Why it is not wrong here.",
        examples=["The article's number in the shop, no credential."],
    )


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
    allow: list[Allowance] = Field(
        default_factory=list,
        description="Findings of rules that are not wrong here, each with its reason.",
        examples=[[{"rule": "AJO253", "at": "/request/sku", "because": "The article's number in the shop."}]],
    )


class Envelope(Model):
    """The first keys of every definition file."""

    schema_: str = Field(
        alias="$schema", description="The JSON Schema of this kind, relative to the file: editors read it."
    )
    format_version: Literal[1] = Field(description="Version of the definition format.")
