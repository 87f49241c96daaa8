"""A helper's work: looking at some files of a workspace, each by itself."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from toolkit.app.crew import serve
from toolkit.app.examine import Question, examine, skim
from toolkit.app.kept import Answer, as_row
from toolkit.core.errors import AjoError
from toolkit.model.glance import glance
from toolkit.model.outline import Outline
from toolkit.rules import RULES
from toolkit.workspace.listing import Listed, whole
from toolkit.workspace.load import read_definition
from toolkit.workspace.read import read_bytes

Seen = tuple[str, Answer]
"""The digest of a file's content, empty for one that can't be read, and what was found in it."""

Packed = tuple[str, Any]
"""The same as JSON, None for what is not packed."""


def setup_of(question: Question) -> Any:
    """Return a question about our own rules as JSON."""
    return [
        {target: dict(values) for target, values in question.targets.items()},
        [rule.id for rule in question.rules],
    ]


def question_from(setup: Any) -> Question:
    """Return the question that :func:`setup_of` wrote down."""
    targets, ids = setup
    return Question(targets, tuple(rule for rule in RULES if rule.id in set(ids)), is_ours=True)


def look_at(question: Question) -> Callable[[Sequence[Sequence[str]]], list[Seen]]:
    """Return the work: from names and paths of files to what was found in them."""
    return lambda files: [seen_in(Listed(file, path), question) for file, path in files]


def packed(found: Sequence[Seen]) -> list[Packed]:
    """Return what was found as it is handed from one process to another."""
    return [(digest, as_row(answer)) for digest, answer in found]


def seen_in(listed: Listed, question: Question) -> Seen:
    """Look at one file."""
    try:
        content = read_bytes(listed.path)
    except AjoError as error:
        return "", Answer((whole(error.code, listed.file, error.message),), None)
    return digest_of(content), answer_to(listed.file, content, question)


def answer_to(file: str, content: bytes, question: Question) -> Answer:
    """Return what is wrong with a file's content, and what is known of the definition in it."""
    outline = _glanced(content) if question.is_ours else None
    skimmed = skim(file, outline, question) if outline else None
    if skimmed:
        return Answer((), skimmed)
    item, findings = read_definition(file, content)
    return Answer(tuple(findings), examine(item, question) if item else None)


def _glanced(content: bytes) -> Outline | None:
    try:
        return glance(content.decode())
    except UnicodeDecodeError:
        return None


def digest_of(content: bytes) -> str:
    """Return what a file is known again by."""
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    """Be a helper until standard input ends."""
    gc.disable()
    serve(_work_of)


def _work_of(setup: Any) -> Callable[[Any], list[Packed]]:
    look = look_at(question_from(setup))
    return lambda files: packed(look(files))
