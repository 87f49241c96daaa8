"""Mends that need nobody's judgement: tried on the text of each file, checked, and only then written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from toolkit.app.allowed import sift
from toolkit.app.examine import Question, examine
from toolkit.app.ruleset import rules_of
from toolkit.app.sources import Sources
from toolkit.core.diagnostics import MAX_ALIKE, Finding, in_order
from toolkit.core.errors import AjoError
from toolkit.core.mends import Rename
from toolkit.core.pointer import Path as Place
from toolkit.rules import check_definition
from toolkit.workspace.edits import edited
from toolkit.workspace.load import DefinitionFile, Workspace, read_definition
from toolkit.workspace.read import read_bytes
from toolkit.workspace.write import write_text

MAX_ROUNDS = 20
"""How often a file is mended and read again: what touches one another, or shows only then, takes a round."""

MAX_ALONE = 10
"""How many mends of a file are tried one by one in a round, where all of them together don't do."""

_UNDECODED = ("AJO001", "AJO004", "AJO009")
_NO_JSON = ("AJO002", "AJO003", "AJO005", "AJO006", "AJO007")
_NO_KIND = ("AJO101", "AJO102", "AJO111")


Counting = Callable[[DefinitionFile, Sequence[Finding]], Iterable[Finding]]
"""Which findings of rules count in a definition: none that the settings or the definition itself allow."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file that mends change: its content as it is, its text as it would be, the findings that go."""

    file: str
    before: bytes
    after: str
    findings: tuple[Finding, ...]

    @property
    def before_text(self) -> str:
        """The text as it is, whatever encoding it is in."""
        return edited(self.before, [found.mend for found in self.findings if found.code == "AJO001"], "")[0]


@dataclass(frozen=True, slots=True)
class _Read:
    """A file's content, what is wrong with it alone, how far reading it came, and what of it counts."""

    content: bytes
    findings: tuple[Finding, ...]
    stage: int
    counting: tuple[Finding, ...]


def fixes(workspace: Workspace, findings: Iterable[Finding]) -> Iterator[Fixed]:
    """Yield every file in which at least one of `findings` has a mend that keeps its promise."""
    counting = _counting(workspace)
    fixable = [finding for finding in in_order(findings) if finding.is_fixable]
    for file, group in groupby(fixable, lambda finding: finding.file):
        try:
            content = read_bytes(workspace.root / file)
        except AjoError:
            continue  # Gone or out of reach since it was checked; the next check says so.
        fixed = fixed_file(file, content, tuple(group), counting)
        if fixed is not None:
            yield fixed


def write(root: Path, fixed: Fixed) -> bool:
    """Write a file unless somebody changed it meanwhile; raises :class:`AjoError` AJO309."""
    try:
        write_text(root / fixed.file, fixed.after, instead_of=fixed.before)
    except AjoError as error:
        if error.code != "AJO310":
            raise
        return False
    return True


def _counting(workspace: Workspace) -> Counting:
    rules = rules_of(workspace)

    def counting(item: DefinitionFile, findings: Sequence[Finding]) -> Iterable[Finding]:
        known = [examine(item, Question({}, ())).known]
        chosen = [finding for finding in findings if rules.choice.is_on(finding.code)]
        kept, _ = sift(known, chosen, rules, Sources(workspace.root, [item.source]), is_whole=False)
        return rules.weighed(kept)

    return counting


def fixed_file(
    file: str, content: bytes, wanted: Sequence[Finding], counting: Counting = lambda _, findings: findings
) -> Fixed | None:
    """Mend what `wanted` names, and what shows only once that is mended; None when nothing can be.

    A mend is kept only if the file, read again, lacks the finding and has no other that it lacked before;
    what could not be seen before, because reading did not come that far, is not held against it.
    """
    read = _read(file, content, counting)
    closed = {_key(finding) for finding in read.findings} - {_key(finding) for finding in wanted}
    mended: list[Finding] = []
    for _ in range(MAX_ROUNDS):
        fixable = [found for found in read.counting if found.is_fixable and _key(found) not in closed]
        # A key that stands there many times has as many findings with one mend, which takes one of them away.
        candidates = list({_key(found): found for found in reversed(fixable)}.values())[::-1]
        if not candidates:
            break
        tried = _tried(file, read, candidates, counting)
        if tried is None:
            alone = candidates[:MAX_ALONE]
            works = [found for found in alone if _tried(file, read, [found], counting)]
            closed |= {_key(found) for found in alone} - {_key(found) for found in works}
            if not works:
                continue
            tried = _tried(file, read, works, counting) or _tried(file, read, works[:1], counting)
        if tried is None:
            break
        read = tried[0]
        mended.extend(tried[1])
    return Fixed(file, content, read.content.decode("utf-8"), tuple(mended)) if mended else None


def _key(finding: Finding) -> tuple[str, Place]:
    return finding.code, finding.path


def _read(file: str, content: bytes, counting: Counting) -> _Read:
    item, findings = read_definition(file, content)
    if item is not None:
        found = tuple(item.source.finding(problem) for problem in check_definition(item.definition))
        return _Read(content, found, 4, tuple(counting(item, found)))
    codes = {finding.code for finding in findings}
    stages = (_UNDECODED, _NO_JSON, _NO_KIND)
    stage = next((number for number, group in enumerate(stages) if codes & {*group}), 3)
    return _Read(content, tuple(findings), stage, tuple(findings))


def _tried(
    file: str, read: _Read, candidates: Sequence[Finding], counting: Counting
) -> tuple[_Read, list[Finding]] | None:
    """Mend as many of `candidates` as don't touch one another; None if that is not for the better."""
    try:
        text, done = edited(read.content, [found.mend for found in candidates], file)
    except LookupError:
        return None
    mended = [found for found in candidates if found.mend in done]
    after = _read(file, text.encode("utf-8"), counting)
    return (after, mended) if mended and _is_better(read, after, mended) else None


def _is_better(before: _Read, after: _Read, mended: Sequence[Finding]) -> bool:
    uncovered = [_renamed(found) for found in mended]
    counted = [found for found in after.findings if not any(_is_below(found.path, at) for at in uncovered)]
    left = Counter(found.code for found in counted)
    there = Counter(found.code for found in before.findings)
    # Of very many alike only the first are known: others take the places of those that go.
    known = {code for code, count in there.items() if count < MAX_ALIKE}
    there.subtract(found.code for found in mended)
    if after.stage == before.stage:
        return all(left[code] <= there[code] for code in left if code in known or code not in there)
    return after.stage > before.stage and all(left[found.code] <= there[found.code] for found in mended)


def _renamed(finding: Finding) -> Place | None:
    """Return where a field stands under its right name: what is inside was not looked at before."""
    edit = finding.mend[0]
    return (*edit.path[:-1], edit.name) if isinstance(edit, Rename) else None


def _is_below(path: Place, place: Place | None) -> bool:
    return place is not None and path[: len(place)] == place
