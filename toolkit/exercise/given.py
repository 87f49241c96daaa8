"""Values as people keep them: objects like the request itself, or rows whose columns are addresses."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.core.canonical import JsonError, JsonLimitError, parse_json
from toolkit.core.errors import AjoError
from toolkit.exercise.addresses import Address, holes, parse_address
from toolkit.model.custom_action import CustomAction

MAX_ROWS = 1_000_000


def by_address(action: CustomAction, tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by address from `tree`, whose keys are addresses or objects around them.

    ``{"recipient": {"id": "1"}}`` is the same as ``{"recipient.id": "1"}``; what no value of the action
    explains stays as it is, for :func:`~toolkit.exercise.values.fill` to name.
    """
    around = {
        hole.address.path[:length] for hole in holes(action) for length in range(len(hole.address.path))
    }
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        flat.update(_flattened(key, value, around))
    return flat


def _flattened(text: str, value: Any, around: set[tuple[str | int, ...]]) -> Iterator[tuple[str, Any]]:
    try:
        address = parse_address(text)
    except ValueError:
        yield text, value
        return
    if address.place == "body" and address.path in around and isinstance(value, (dict, list)) and value:
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for part, inner in parts:
            yield from _flattened(str(Address("body", (*address.path, part))), inner, around)
    else:
        yield text, value


def parse_values(text: str, name: str) -> dict[str, Any]:
    """Read a file of values, one JSON object; raises ``AjoError`` AJO701 with what is wrong in `name`."""
    try:
        value = parse_json(text)
    except JsonError as error:
        place = f"{name}:{error.line}:{error.column}"
        raise AjoError("AJO701", f"the values are not JSON: {error.message}", place=place) from None
    except JsonLimitError as error:
        raise AjoError("AJO701", f"the values can't be read: {error}", place=name) from None
    if not isinstance(value, dict):
        raise AjoError("AJO701", "the values are not one JSON object", place=name)
    return value


def parse_rows(text: str, name: str) -> list[dict[str, Any]]:
    """Read rows of values: CSV with addresses as its head, or a JSON object on every line (``.jsonl``).

    An empty cell leaves the value unfilled. Raises ``AjoError`` AJO701 with the line of `name`.
    """
    reader = _csv_rows if name.lower().endswith(".csv") else _json_rows
    rows = []
    for row in reader(text, name):
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise AjoError("AJO701", f"there are more than {MAX_ROWS:,} rows", place=name)
    if not rows:
        raise AjoError("AJO701", "there are no rows of values", place=name)
    return rows


def _json_rows(text: str, name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield parse_values(line, name)
            except AjoError as error:
                raise AjoError(error.code, error.message, place=f"{name}:{number}") from None


def _csv_rows(text: str, name: str) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        head = reader.fieldnames or []
        if len(set(head)) < len(head):
            raise AjoError("AJO701", "two columns have one name", place=f"{name}:1")
        for row in reader:
            if None in row or None in row.values():
                message = "the line has not as many cells as the head"
                raise AjoError("AJO701", message, place=f"{name}:{reader.line_num}")
            yield {address: cell for address, cell in row.items() if cell != ""}
    except csv.Error as error:
        raise AjoError(
            "AJO701", f"the rows are not CSV: {error}", place=f"{name}:{reader.line_num}"
        ) from None
