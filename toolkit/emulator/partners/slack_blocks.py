"""What is wrong with the blocks of a message.

Blocks and their limits: https://docs.slack.dev/reference/block-kit/blocks (50 in a message) and the page of
each; texts: https://docs.slack.dev/reference/block-kit/composition-objects/text-object. The wordings with a
JSON pointer are observed: https://github.com/grafana-cold-storage/oncall/pull/5121,
https://github.com/getnao/nao/issues/579. Blocks that no shipped definition uses are only known by their type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

MOST_BLOCKS = 50
LONGEST_ID = 255
LONGEST_HEADER = 150
LONGEST_TEXT = 3_000
LONGEST_FIELD = 2_000
LONGEST_MARKDOWN = 12_000
MOST_IN_CONTEXT = 10
MOST_FIELDS = 10
MOST_ACTIONS = 25

Problem: TypeAlias = tuple[str, str]
"""A JSON pointer and what is wrong there."""

_KNOWN = frozenset(
    [
        "alert",
        "call",
        "card",
        "carousel",
        "container",
        "context_actions",
        "data_table",
        "file",
        "input",
        "plan",
        "rich_text",
        "table",
        "task_card",
        "video",
    ]
)


def block_problems(blocks: list[Any]) -> Iterator[Problem]:
    """Everything that is wrong."""
    if len(blocks) > MOST_BLOCKS:
        yield "/blocks", f"no more than {MOST_BLOCKS} items allowed"
    for number, block in enumerate(blocks):
        yield from _block(block, f"/blocks/{number}")


def text_length(value: Any) -> int:
    """Characters of all texts in `value`; what Slack counts is not documented."""
    if isinstance(value, str):
        return len(value)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(text_length, items))


def _block(block: Any, place: str) -> Iterator[Problem]:
    if not isinstance(block, dict):
        yield place, "must be an object"
        return
    kind = block.get("type")
    if not isinstance(kind, str) or not (kind in _CHECKS or kind in _KNOWN):
        yield f"{place}/type", "unsupported type" if kind else "missing required field: type"
        return
    mark = block.get("block_id")
    if mark is not None and not (isinstance(mark, str) and len(mark) <= LONGEST_ID):
        yield f"{place}/block_id", f"must be less than {LONGEST_ID + 1} characters"
    if kind in _CHECKS:
        yield from _CHECKS[kind](block, place)


def _text(value: Any, place: str, longest: int, kinds: tuple[str, ...]) -> Iterator[Problem]:
    """A text object of one of these kinds."""
    if not isinstance(value, dict):
        yield place, "missing required field" if value is None else "must be an object"
        return
    if value.get("type") not in kinds:
        yield f"{place}/type", "must be one of the values: " + ", ".join(kinds)
    yield from _string(value.get("text"), f"{place}/text", longest)


def _string(value: Any, place: str, longest: int) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield place, "missing required field" if value is None else "must be a string"
    elif not value:
        yield place, "must be more than 0 characters"
    elif len(value) > longest:
        yield place, f"must be less than {longest + 1} characters"


def _list(value: Any, place: str, most: int) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield place, "missing required field" if value is None else "must be an array"
    elif not value:
        yield place, "no fewer than 1 items allowed"
    elif len(value) > most:
        yield place, f"no more than {most} items allowed"


_ANY = ("plain_text", "mrkdwn")
_PLAIN = ("plain_text",)


def _header(block: Mapping[str, Any], place: str) -> Iterator[Problem]:
    yield from _text(block.get("text"), f"{place}/text", LONGEST_HEADER, _PLAIN)


def _section(block: Mapping[str, Any], place: str) -> Iterator[Problem]:
    fields = block.get("fields")
    if block.get("text") is not None or fields is None:
        yield from _text(block.get("text"), f"{place}/text", LONGEST_TEXT, _ANY)
    if fields is not None:
        yield from _list(fields, f"{place}/fields", MOST_FIELDS)
        for number, item in enumerate(fields if isinstance(fields, list) else ()):
            yield from _text(item, f"{place}/fields/{number}", LONGEST_FIELD, _ANY)


def _context(block: Mapping[str, Any], place: str) -> Iterator[Problem]:
    elements = block.get("elements")
    yield from _list(elements, f"{place}/elements", MOST_IN_CONTEXT)
    for number, item in enumerate(elements if isinstance(elements, list) else ()):
        inner = f"{place}/elements/{number}"
        if isinstance(item, dict) and item.get("type") == "image":
            yield from _image(item, inner)
        else:
            yield from _text(item, inner, LONGEST_TEXT, _ANY)


def _image(block: Mapping[str, Any], place: str) -> Iterator[Problem]:
    yield from _string(block.get("alt_text"), f"{place}/alt_text", LONGEST_FIELD)
    if block.get("slack_file") is None:
        yield from _string(block.get("image_url"), f"{place}/image_url", LONGEST_TEXT)
    if block.get("title") is not None:
        yield from _text(block["title"], f"{place}/title", LONGEST_FIELD, _PLAIN)


def _actions(block: Mapping[str, Any], place: str) -> Iterator[Problem]:
    yield from _list(block.get("elements"), f"{place}/elements", MOST_ACTIONS)


def _markdown(block: Mapping[str, Any], place: str) -> Iterator[Problem]:
    yield from _string(block.get("text"), f"{place}/text", LONGEST_MARKDOWN)


def _divider(block: Mapping[str, Any], place: str) -> Iterator[Problem]:
    del block, place
    yield from ()


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], str], Iterator[Problem]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "image": _image,
    "actions": _actions,
    "markdown": _markdown,
    "divider": _divider,
}
