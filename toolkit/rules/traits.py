"""The traits of a definition: most have hardly any, and then hardly a rule has to be run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from toolkit.core.pointer import Path
from toolkit.model.outline import Outline, texts_of
from toolkit.model.text import SECRET_LOST
from toolkit.rules.authentication import collides
from toolkit.rules.campaign import is_usual_event
from toolkit.rules.generated import looks_generated
from toolkit.rules.headers import is_plain_header, query_name_fault
from toolkit.rules.limits import is_plain_pattern, is_usual_limit
from toolkit.rules.names import is_action_name, names_another_schema
from toolkit.rules.pasted import MARKS_OF_BLANKS, MARKS_OF_EXPRESSIONS
from toolkit.rules.payload import EXACT_UP_TO, RESERVED
from toolkit.rules.rule import LIMITS
from toolkit.rules.secrets import MARKS_OF_TOKENS, names_credential
from toolkit.rules.token_requests import FUNCTION
from toolkit.rules.trait import Trait
from toolkit.rules.urls import is_plain_url

_LONGEST, _MOST_WORDS = 100, 50_000
_MARKS: Mapping[Trait, tuple[str, ...]] = {
    Trait.SECRET_LOST: (SECRET_LOST,),
    Trait.TOKEN: MARKS_OF_TOKENS,
    Trait.EXPRESSION: MARKS_OF_EXPRESSIONS,
    Trait.BLANK: MARKS_OF_BLANKS,
    Trait.FUNCTION: (FUNCTION,),
}
# A word can't hold a whole mark that has blanks, but its first word.
_FIRST_WORDS = {trait: tuple(mark.split()[0] for mark in marks) for trait, marks in _MARKS.items()}
_ANY_MARK = re.compile("|".join(re.escape(mark) for marks in _FIRST_WORDS.values() for mark in marks))


_PARTS = ("endpoint", "authentication")
_PATTERNS = ("url", "urlPattern")
_CREDENTIAL_NAMES = ("name", "tokenTarget")


class Finder:
    """Finds traits, and remembers the words and names that have none: definitions share most of theirs."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._names: set[str] = set()
        self._answers: set[str] = set()
        self._headers: set[tuple[str, str | None]] = set()

    def of(self, outline: Outline, *, knows_authentication: bool) -> set[Trait]:
        """Return the traits of a definition; none of its authentication alone where that is known."""
        traits = self._of_text(outline.soup)
        if outline.authentication is not None and not knows_authentication:
            traits.update(self._of_text(" ".join(texts_of(outline.authentication))))
        if not self._names.issuperset(outline.names):
            traits.update(self._of_names(outline.names))
        traits.update(_of_head(outline))
        traits.update(_of_labels(outline.labels))
        traits.update(_of_payload(outline))
        if outline.kind == "CampaignAction" and not is_usual_event(outline):
            traits.add(Trait.ODD_EVENT)
        if outline.kind in LIMITS and not is_usual_limit(outline):
            traits.add(Trait.ODD_LIMIT)
        if outline.kind == "CustomAction":
            traits.update(_of_action(outline))
            if not self._headers.issuperset(outline.headers.items()):
                traits.update(self._of_headers(outline.headers))
            if not self._answers.issuperset(outline.answers):
                traits.update(self._of_answers(outline.answers))
        return traits

    def of_changes(self, outline: Outline, texts: Mapping[Path, str]) -> set[Trait]:
        """Return the traits that a definition may have got when `texts` were put at their places."""
        outside = [text for path, text in texts.items() if path[0] != "authentication"]
        traits = self._of_text(" ".join(outside), is_filled_in=True)
        for path, text in texts.items():
            part = path[1] if path[0] in _PARTS else ""
            if path[0] in _PATTERNS and not is_plain_pattern(text):
                traits.add(Trait.ODD_LIMIT)
            elif part == "url" and not is_plain_url(text):
                traits.add(Trait.ODD_URL)
            elif part == "headers" and path[0] == "endpoint" and not is_plain_header(str(path[2]), text):
                traits.add(Trait.ODD_HEADER)
            elif part in _CREDENTIAL_NAMES and _collides(outline, text):
                traits.add(Trait.COLLISION)
        return traits

    def _of_text(self, whole: str, *, is_filled_in: bool = False) -> set[Trait]:
        traits = set() if whole.isprintable() else {Trait.UNPRINTABLE}
        for word in set(whole.split()).difference(self._words):
            if _ANY_MARK.search(word) or looks_generated(word):
                traits.update(_of_word(word))
            elif "://${" not in word and not is_filled_in:  # such a URL seldom comes again
                _remember(self._words, word)
        return traits

    def _of_names(self, names: Iterable[str]) -> Iterator[Trait]:
        for name in names:
            if name in self._names:
                continue
            if names_credential(name):
                yield Trait.CREDENTIAL_NAME
            elif "." not in name:
                _remember(self._names, name)
            if "." in name:
                yield Trait.DOTTED_NAME

    def _of_answers(self, names: Iterable[str]) -> Iterator[Trait]:
        for name in names:
            if "." in name:
                yield Trait.DOTTED_NAME
            else:
                _remember(self._answers, name)

    def _of_headers(self, headers: Mapping[str, str | None]) -> Iterator[Trait]:
        for name, value in headers.items():
            if not is_plain_header(name, value):
                yield Trait.ODD_HEADER
            elif len(name) + len(value or "") <= _LONGEST:
                if len(self._headers) >= _MOST_WORDS:
                    self._headers.clear()
                self._headers.add((name, value))


def _remember(known: set[str], text: str) -> None:
    if len(known) >= _MOST_WORDS:
        known.clear()
    if len(text) <= _LONGEST:
        known.add(text)


def _of_word(word: str) -> Iterator[Trait]:
    yield from (trait for trait, marks in _FIRST_WORDS.items() if any(mark in word for mark in marks))
    if looks_generated(word):
        yield Trait.GENERATED


def _of_head(outline: Outline) -> Iterator[Trait]:
    if not is_action_name(outline.name):
        yield Trait.ODD_NAME
    if names_another_schema(outline.schema, outline.kind):
        yield Trait.ODD_SCHEMA
    if outline.previous_name == outline.name:
        yield Trait.SAME_NAME
    if not all(map(is_plain_url, outline.links)):
        yield Trait.ODD_LINK
    if outline.url is not None and not is_plain_url(outline.url):
        yield Trait.ODD_URL


def _of_labels(labels: list[str]) -> Iterator[Trait]:
    # Two that stand in different groups may be alike, which the rule knows.
    distinct = set(map(str.casefold, map(str.strip, labels)))
    if len(distinct) < len(labels):
        yield Trait.REPEATED_LABEL
    if "" in distinct:
        yield Trait.BLANK_LABEL


def _of_payload(outline: Outline) -> Iterator[Trait]:
    for constant in outline.constants:
        if constant is None:
            yield Trait.NULL
        elif type(constant) is int and abs(constant) > EXACT_UP_TO:
            yield Trait.LARGE_INTEGER
    if outline.has_typed_constant:
        yield Trait.TYPED_CONSTANT
    if outline.has_inner_list:
        yield Trait.INNER_LIST


def _of_action(action: Outline) -> Iterator[Trait]:
    headers, query = action.headers, action.query
    if len(headers) > 1 and len(set(map(str.lower, headers))) < len(headers):
        yield Trait.REPEATED_HEADER
    if any(map(query_name_fault, query)):
        yield Trait.ODD_PARAMETER
    if _collides(action):
        yield Trait.COLLISION
    if action.has_request and action.method == "GET":
        yield Trait.REQUEST_WITH_GET
    if action.allows_null:
        yield Trait.NULLS_ALLOWED
    if any(name in action.answer for name in RESERVED):
        yield Trait.RESERVED_NAME


def _collides(action: Outline, name: str = "") -> bool:
    return collides(action.authentication, action.headers, action.query, name)
