"""What all models share: strict, frozen, unknown fields refused; and how errors find their place.

Unions are told apart by a function over the raw value, never by trial, so that a wrong hole is reported as a
wrong hole and not as five failed guesses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    RootModel,
    Tag,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from toolkit.model.text import ReferenceSyntaxError, SecretRef, parse_text

TAG_MARK = "\x00"
"""Begins the names of union branches, so that an error's location can tell them from a document's keys."""

RootValue = TypeVar("RootValue")


class Model(BaseModel):
    """A frozen part of a definition: fields are spelled in camelCase in files, unknown ones are refused."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=False,
        validate_by_alias=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _remember_shape(cls, value: Any, info: ValidationInfo) -> Any:
        """Note which model reads which object, so that an unknown field's nearest known name can be told."""
        if isinstance(info.context, dict):
            info.context[id(value)] = cls
        return value

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the names of the fields as files spell them."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def optional_names(cls) -> tuple[str, ...]:
        """Return the names of the fields that a file may leave out."""
        fields = cls.model_fields.items()
        return tuple(field.alias or name for name, field in fields if not field.is_required())


class Root(RootModel[RootValue]):
    """A frozen part of a definition that is one object or array with free keys or items."""

    model_config = ConfigDict(strict=True, frozen=True)


def _refuse_null(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("null", "null says nothing here")
    return value


class _NeverNull:
    """Takes null out of the JSON Schema of an optional field."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        options = handler(schema)["anyOf"]
        return next(option for option in options if option != {"type": "null"})


FieldValue = TypeVar("FieldValue")
Maybe = Annotated[FieldValue | None, BeforeValidator(_refuse_null), _NeverNull()]
"""A field that a file may leave out; None in the model, but never null in a file."""


def branch(name: str) -> Tag:
    """Name a branch of a union told apart by :func:`chosen_by`."""
    return Tag(mark(name))


def mark(name: str) -> str:
    """Return what a function that chooses gives for the branch of this name."""
    return TAG_MARK + name


def chosen_by(choose: Callable[[Any], str | None], expected: str) -> Discriminator:
    """Tell branches apart by `choose`, which gives the mark of one or None; then `expected` is said."""
    return Discriminator(choose, custom_error_type="wrong_type", custom_error_message=expected + " expected")


def by_type(*types: str) -> Discriminator:
    """Tell branches apart by the field ``type``, whose values are the branches' names."""
    marks = {name: mark(name) for name in types}

    def choose(value: Any) -> str | None:
        name = value.get("type") if isinstance(value, dict) else None
        return marks.get(name) if isinstance(name, str) else None

    return chosen_by(choose, "an object with a type of " + ", ".join(types))


def check_value_text(text: str) -> str:
    """Refuse malformed references and secrets in `text`."""
    return text if "${" not in text else _check_references(text, secrets_allowed=False)


def _check_secret_text(text: str) -> str:
    return text if "${" not in text else _check_references(text, secrets_allowed=True)


def _check_references(text: str, *, secrets_allowed: bool) -> str:
    try:
        parts = parse_text(text)
    except ReferenceSyntaxError as error:
        raise PydanticCustomError("reference", "{reason}", {"reason": str(error)}) from None
    if not secrets_allowed and any(isinstance(part, SecretRef) for part in parts):
        raise PydanticCustomError("secret_here", "a secret can't stand here")
    return text


def _check_key(name: str) -> str:
    if not name or TAG_MARK in name:
        raise PydanticCustomError("key", "a name can't be empty or hold the character U+0000")
    return name


def _check_unmarked_key(name: str) -> str:
    if name and name[0] != "$" and TAG_MARK not in name:
        return name  # without another call: most of what is read are names of fields
    if name.startswith("$"):
        raise PydanticCustomError("key", "the name of a payload's field can't begin with $")
    return _check_key(name)


ValueText = Annotated[str, AfterValidator(check_value_text)]
"""Text in which ``${name}`` stands for a target's value."""

FilledValueText = Annotated[str, Field(min_length=1), AfterValidator(check_value_text)]
"""The same, never empty."""

SecretText = Annotated[str, AfterValidator(_check_secret_text)]
"""Text in which ``${name}`` stands for a target's value and ``${secret:path}`` for a secret."""

FieldName = Annotated[str, AfterValidator(_check_key)]
"""The name of a header or a parameter, as it is sent."""

PayloadFieldName = Annotated[str, AfterValidator(_check_unmarked_key)]
"""A key of a payload, as it is sent."""

UNMARKED_NAMES: dict[str, Any] = {
    "propertyNames": {
        "pattern": "^[^$]",
        "patternErrorMessage": "A field's name is not empty and does not begin with $, which marks variables "
        "and typed constants; those have no fields of their own.",
    }
}
"""JSON Schema of a payload's keys: ``$`` marks holes, so no field begins with it."""

ANY_NAMES: dict[str, Any] = {"propertyNames": {"minLength": 1}}
"""JSON Schema of the names of headers and parameters."""

HEADER_NAMES: dict[str, Any] = {
    "propertyNames": {"minLength": 1, "examples": ["Content-Type", "Accept", "Accept-Language"]}
}
"""The same, with names that editors offer."""
