"""A glance at what an action sends and gets: the forms of payloads that it knows, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toolkit.model.base import TAG_MARK
from toolkit.model.payload import SCALAR_LIST_TYPES, SCALAR_TYPES

LARGE = 2**63
"""From here on an integer may be too long."""

MOST_DEEP = 50
"""Levels of a payload, with some to spare for what stands around it below the limit of a file."""

_MOST_NAMES, _LONG_NAME = 50_000, 100
_LEAF_TYPES = frozenset(SCALAR_TYPES + SCALAR_LIST_TYPES)
_known_names: set[str] = set()


class Unsure(Exception):
    """Something that a glance does not know."""


class PayloadGlance:
    """What was seen so far; `members` counts those of objects whose keys are not in `names` or `answers`."""

    def __init__(self) -> None:
        self.members = 0
        self.texts: list[str] = []
        self.labels: list[str] = []
        self.names: list[str] = []
        self.answers: list[str] = []
        self.constants: list[Any] = []
        self.has_inner_list = False
        self.has_zero = False

    def fields(self, members: dict[str, Any], deep: int, *, is_inside: bool) -> None:
        """Look at an object that is sent. A key with a ``$`` is no name, and so found out with the others."""
        self.names += members
        self.nodes(members.values(), deep, is_inside=is_inside)

    def nodes(self, nodes: Iterable[Any], deep: int, *, is_inside: bool) -> None:
        """Look at the members of an object or an array that is sent."""
        if not nodes or not deep:
            raise Unsure
        for node in nodes:
            kind = type(node)
            if kind is dict:
                if "$variable" not in node:
                    self.fields(node, deep - 1, is_inside=is_inside)
                elif "$items" in node:
                    self.list_hole(node, deep, is_inside=is_inside)
                else:
                    self.hole(node, is_inside=is_inside)
            elif kind is str:
                self.texts.append(node)
            elif kind is list:
                self.nodes(node, deep - 1, is_inside=True)
            else:
                if kind is int:
                    self.number(node)
                self.constants.append(node)

    def number(self, number: int) -> None:
        """Look at a whole number."""
        if not -LARGE < number < LARGE:
            raise Unsure
        if number == 0:
            self.has_zero = True

    def hole(self, hole: dict[str, Any], *, is_inside: bool) -> None:
        """Look at a variable."""
        self.label(hole)
        rest = len(hole) - 1
        if rest and "$type" in hole:
            rest -= 1
            leaf = hole["$type"]
            if type(leaf) is not str or leaf not in _LEAF_TYPES:
                raise Unsure
            if is_inside and leaf[:4] == "list":
                self.has_inner_list = True
        if rest and not (rest == 1 and type(hole.get("$optional")) is bool):
            raise Unsure

    def label(self, hole: dict[str, Any]) -> None:
        """Note the label of a variable."""
        label = hole["$variable"]
        if type(label) is not str or not label:
            raise Unsure
        self.members += len(hole)
        self.labels.append(label)

    def list_hole(self, hole: dict[str, Any], deep: int, *, is_inside: bool) -> None:
        """Look at a list of objects that varies."""
        self.label(hole)
        if len(hole) > 2 and not (len(hole) == 3 and type(hole.get("$optional")) is bool):
            raise Unsure
        if is_inside:
            self.has_inner_list = True
        self.items(hole["$items"], deep - 1)

    def items(self, members: Any, deep: int) -> None:
        """Look at the fields of one item of a list that varies."""
        if type(members) is not dict or not members or not deep:
            raise Unsure
        self.names += members
        for node in members.values():
            if type(node) is dict and "$variable" in node:
                self.hole(node, is_inside=True)
            else:
                self.items(node, deep - 1)

    def answer(self, fields: Any, deep: int) -> None:
        """Look at an object of an answer."""
        if type(fields) is not dict or not fields or not deep:
            raise Unsure
        self.answers += fields
        for field in fields.values():
            if type(field) is str:
                if field not in _LEAF_TYPES:
                    raise Unsure
            elif type(field) is dict:
                self.answer(field, deep - 1)
            elif type(field) is list and len(field) == 1:
                self.answer(field[0], deep - 1)
            else:
                raise Unsure


def check_names(names: Iterable[str]) -> None:
    """Make sure that all forms take names of fields, headers and parameters, and that none has a colon."""
    if _known_names.issuperset(names):
        return
    for name in names:
        if not name or name[0] == "$" or ":" in name or TAG_MARK in name:
            raise Unsure
        if len(name) <= _LONG_NAME:
            if len(_known_names) >= _MOST_NAMES:
                _known_names.clear()
            _known_names.add(name)
