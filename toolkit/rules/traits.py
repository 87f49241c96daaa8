"""The traits of a definition: most have hardly any, and then hardly a rule has to be run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from toolkit.core.pointer import Path
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.model.payload import ListHole, TypedList, TypedScalar
from toolkit.model.text import SECRET_LOST
from toolkit.rules.authentication import collides
from toolkit.rules.gather import Gathered, gathered
from toolkit.rules.generated import looks_generated
from toolkit.rules.headers import is_plain_header, query_name_fault
from toolkit.rules.names import is_action_name, names_another_schema
from toolkit.rules.pasted import MARKS_OF_BLANKS, MARKS_OF_EXPRESSIONS
from toolkit.rules.payload import EXACT_UP_TO, RESERVED
from toolkit.rules.secrets import MARKS_OF_TOKENS, names_credential
from toolkit.rules.token_requests import FUNCTION
from toolkit.rules.trait import Trait
from toolkit.rules.urls import is_plain_url

_REMEMBERED, _LONGEST, _MOST_WORDS = 4_096, 100, 50_000
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
_CREDENTIAL_NAMES = ("name", "tokenTarget")


class Finder:
    """Finds traits, and remembers the words and names that have none: definitions share most of theirs."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._names: set[str] = set()

    def of(self, definition: Definition, *, knows_authentication: bool) -> set[Trait]:
        """Return the traits of a definition; none of its authentication alone where that is known."""
        found = gathered(definition, leave_out="authentication" if knows_authentication else "")
        labels = found.labels
        traits = self._of_texts(found.texts + labels)
        if not self._names.issuperset(found.names):
            traits.update(self._of_names(found.names))
        traits.update(_of_head(definition))
        traits.update(_of_labels(labels))
        traits.update(_of_payload(found))
        endpoint = getattr(definition, "endpoint", None)
        if endpoint is not None and not is_plain_url(endpoint.url):
            traits.add(Trait.ODD_URL)
        if isinstance(definition, CustomAction):
            traits.update(_of_action(definition, found))
        return traits

    def of_changes(self, definition: Definition, texts: Mapping[Path, str]) -> set[Trait]:
        """Return the traits that a definition may have got when `texts` were put at their places."""
        traits = self._of_texts(text for path, text in texts.items() if path[0] != "authentication")
        for path, text in texts.items():
            part = path[1] if path[0] in _PARTS else ""
            if part == "url" and not is_plain_url(text):
                traits.add(Trait.ODD_URL)
            elif part == "headers" and path[0] == "endpoint" and not is_plain_header(str(path[2]), text):
                traits.add(Trait.ODD_HEADER)
            elif part in _CREDENTIAL_NAMES and collides(definition, text):
                traits.add(Trait.COLLISION)
        return traits

    def _of_texts(self, texts: Iterable[str]) -> set[Trait]:
        whole = " ".join(texts)
        traits = set() if whole.isprintable() else {Trait.UNPRINTABLE}
        for word in set(whole.split()).difference(self._words):
            if _ANY_MARK.search(word) or looks_generated(word):
                traits.update(_of_word(word))
            else:
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


def _remember(known: set[str], text: str) -> None:
    if len(known) >= _MOST_WORDS:
        known.clear()
    if len(text) <= _LONGEST:
        known.add(text)


def _of_word(word: str) -> Iterator[Trait]:
    yield from (trait for trait, marks in _FIRST_WORDS.items() if any(mark in word for mark in marks))
    if looks_generated(word):
        yield Trait.GENERATED


def _of_head(definition: Definition) -> Iterator[Trait]:
    if not is_action_name(definition.name):
        yield Trait.ODD_NAME
    if names_another_schema(definition.schema_, definition.kind):
        yield Trait.ODD_SCHEMA
    lifecycle = definition.lifecycle
    if lifecycle is not None:
        if lifecycle.previous_name == definition.name:
            yield Trait.SAME_NAME
        if not all(map(is_plain_url, lifecycle.links)):
            yield Trait.ODD_LINK


def _of_labels(labels: list[str]) -> Iterator[Trait]:
    # Two that stand in different groups may be alike, which the rule knows.
    distinct = set(map(str.casefold, map(str.strip, labels)))
    if len(distinct) < len(labels):
        yield Trait.REPEATED_LABEL
    if "" in distinct:
        yield Trait.BLANK_LABEL


def _of_payload(found: Gathered) -> Iterator[Trait]:
    for constant in found.constants:
        if constant is None:
            yield Trait.NULL
        elif type(constant) is int and abs(constant) > EXACT_UP_TO:
            yield Trait.LARGE_INTEGER
    if TypedScalar in found.forms or TypedList in found.forms:
        yield Trait.TYPED_CONSTANT
    if any(isinstance(hole, ListHole) or hole.type.startswith("list") for hole in found.inner):
        yield Trait.INNER_LIST


def _of_action(action: CustomAction, found: Gathered) -> Iterator[Trait]:
    endpoint, authentication, answer = action.endpoint, action.authentication, action.response
    if not all(
        is_plain_header(name, value if type(value) is str else None)
        for name, value in endpoint.headers.items()
    ):
        yield Trait.ODD_HEADER
    if len(set(map(str.lower, endpoint.headers))) < len(endpoint.headers):
        yield Trait.REPEATED_HEADER
    if any(map(query_name_fault, endpoint.query)):
        yield Trait.ODD_PARAMETER
    if authentication is not None and collides(action):
        yield Trait.COLLISION
    if action.request is not None and endpoint.method == "GET":
        yield Trait.REQUEST_WITH_GET
    if action.allow_null_values:
        yield Trait.NULLS_ALLOWED
    if any("." in name for name in found.answers):
        yield Trait.DOTTED_NAME
    if answer is not None and not answer.root.keys().isdisjoint(RESERVED):
        yield Trait.RESERVED_NAME
