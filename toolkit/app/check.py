"""Everything wrong with the workspace on the disk, as quickly as can be: no file is looked at twice.

The answer is that of :func:`toolkit.app.validate.validate` for the same files. What was found in a file is
kept until the file, the settings or this tool change; the files left to look at are shared among processes.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import toolkit
from toolkit.app.crew import Crew, cores, share
from toolkit.app.examine import Question
from toolkit.app.forks import MOST_PIECES, can_fork
from toolkit.app.kept import Answer, as_row, findings_from, from_row
from toolkit.app.look import answer_to, digest_of, look_at, packed, seen_in, setup_of
from toolkit.app.ruleset import RuleSet, rules_of
from toolkit.app.sources import Sources
from toolkit.app.validate import join, question_of
from toolkit.core.diagnostics import Finding, in_order
from toolkit.core.errors import AjoError
from toolkit.workspace.cache import Cache, key_folder, load_key
from toolkit.workspace.listing import Listed, list_files
from toolkit.workspace.load import Grounds, naming_problems
from toolkit.workspace.read import read_bytes
from toolkit.workspace.settings import find_root, load_settings
from toolkit.workspace.waivers import check_waivers

WORTH_STARTING, WORTH_FORKING = 1_500, 300
"""Files to look at from which on it pays to start another process, or to make a copy of this one."""

_PIECE = 50
_FILES, _WHOLE = "files.json", "whole.json"


@dataclass(frozen=True)
class Check:
    """What is wrong with a workspace, and the files that hold a definition."""

    grounds: Grounds
    findings: tuple[Finding, ...]
    files: tuple[str, ...]


def check(start: Path, *, trust: bool = False, keep: bool = True, helpers: int | None = None) -> Check:
    """Check the workspace at or above `start`; raises :class:`AjoError` AJO301 where there is none.

    With `keep`, what was found is kept in the workspace and used again. `helpers` are other processes: by
    default one for each further core, when there is enough to do.
    """
    with _without_collection():
        root = find_root(start)
        grounds = Grounds(root, load_settings(root))
        rules = rules_of(grounds, trust=trust)
        own = rules.own
        is_ours = own.is_complete and not own.rules and not own.findings
        run = _Run(grounds, rules, helpers if is_ours else 0)
        cache = _cache(grounds, run.question) if keep and is_ours else None
        return run.with_cache(cache) if cache else run.without_cache()


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the collector out of it: nothing here goes in circles, and it would look at everything again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _cache(grounds: Grounds, question: Question) -> Cache | None:
    folder = key_folder(os.environ)
    key = load_key(folder) if folder else None
    return Cache(grounds.root, key, _context(question)) if key else None


def _context(question: Question) -> str:
    """Return a digest of all that an answer about a file depends on besides the file."""
    code = Path(toolkit.__file__).parent
    stamps = sorted(
        (str(file.relative_to(code)), status.st_size, status.st_mtime_ns)
        for file in code.rglob("*.py")
        for status in (file.stat(),)
    )
    everything = [stamps, sys.version, version("pydantic"), setup_of(question)]
    return hashlib.sha256(json.dumps(everything).encode()).hexdigest()


class _Run:
    """One check of one workspace."""

    def __init__(self, grounds: Grounds, rules: RuleSet, helpers: int | None) -> None:
        self.grounds, self.rules, self.helpers = grounds, rules, helpers
        self.question = question_of(grounds.loaded_settings, rules)
        self.loading = [*grounds.loaded_settings.findings, *check_waivers(grounds)]
        settings = grounds.loaded_settings.settings
        folder = grounds.root / (settings.actions if settings else "actions")
        self.listed = list(list_files(grounds.root, folder, self.loading))

    def without_cache(self) -> Check:
        """Look at every file."""
        return self._joined([found for _, found in self._looked_at(self.listed)])

    def with_cache(self, cache: Cache) -> Check:
        """Look at the files that are not known, unless nothing at all changed."""
        before, known = cache.load(_WHOLE), cache.load(_FILES)
        if known is None:
            return self._first_with(cache)
        digests = [_digest(listed) for listed in self.listed]
        if before and before[0] == self._digest_of_all(digests) and "" not in digests:
            return Check(self.grounds, _findings(before[1]), tuple(before[2]))
        missing = [one for one, digest in zip(self.listed, digests, strict=True) if digest not in known]
        found = dict(zip((one.file for one in missing), self._looked_at(missing), strict=True))
        seen = [
            found.get(one.file) or (digest, known[digest])
            for one, digest in zip(self.listed, digests, strict=True)
        ]
        checked = self._joined([answer for _, answer in seen])
        self._keep(cache, checked, seen, known.keys())
        return checked

    def _first_with(self, cache: Cache) -> Check:
        """Look at every file, and read none only to see whether it is known."""
        seen = self._looked_at(self.listed)
        checked = self._joined([answer for _, answer in seen])
        self._keep(cache, checked, seen, ())
        return checked

    def _keep(
        self, cache: Cache, checked: Check, seen: Sequence[tuple[str, Answer | Any]], known: Collection[str]
    ) -> None:
        rows = [(digest, _row(answer)) for digest, answer in seen]
        kept = {digest: row for digest, row in rows if digest and row is not None}
        if kept.keys() != set(known):
            cache.save(_FILES, kept)
        is_kept = all(digest in kept for digest, _ in rows)
        if is_kept and not any(finding.mend for finding in checked.findings):
            whole = self._digest_of_all([digest for digest, _ in rows])
            cache.save(_WHOLE, [whole, _rows(checked.findings), checked.files])

    def _looked_at(self, files: Sequence[Listed]) -> list[tuple[str, Answer | Any]]:
        """Return the digest of each file and what was found in it: an answer, or the row of one."""
        helpers = self.helpers
        if helpers is None:
            worth = WORTH_FORKING if can_fork() else WORTH_STARTING
            helpers = cores() - 1 if len(files) >= worth else 0
        size = max(_PIECE, len(files) // MOST_PIECES + 1)
        pieces = [files[start : start + size] for start in range(0, len(files), size)]
        crew = Crew(helpers, "toolkit.app.look", setup_of(self.question) if helpers else None, packed)
        return [found for each in share(pieces, look_at(self.question), crew) for found in each]

    def _joined(self, found: Sequence[Answer | Any]) -> Check:
        answers = [self._answer(one, each) for one, each in zip(self.listed, found, strict=True)]
        sources = Sources(self.grounds.root, paths={one.file: one.path for one in self.listed})
        examined = [answer.examined for answer in answers if answer.examined]
        loading = [*self.loading, *(finding for answer in answers for finding in answer.findings)]
        names = ((one.known.file, one.known.kind, one.known.name) for one in examined)
        loading += [sources.of(file).finding(problem) for file, problem in naming_problems(names)]
        findings = join(self.grounds, self.rules, in_order(loading), examined, sources)
        return Check(self.grounds, findings, tuple(one.known.file for one in examined))

    def _answer(self, listed: Listed, found: Answer | Any) -> Answer:
        """Return an answer, or what a row says; a file that has neither is looked at here."""
        if type(found) is Answer:
            return found
        if found is not None:
            return from_row(listed.file, found)
        try:
            return answer_to(listed.file, read_bytes(listed.path), self.question)
        except AjoError:
            return seen_in(listed, self.question)[1]

    def _digest_of_all(self, digests: Sequence[str]) -> str:
        """Return a digest of all that the answer depends on besides the context of the cache."""
        loaded = self.grounds.loaded_settings
        settings = (self.grounds.root / loaded.file).read_bytes() if loaded.settings else b""
        files = [[one.file, digest] for one, digest in zip(self.listed, digests, strict=True)]
        everything = [loaded.file, digest_of(settings), [repr(finding) for finding in self.loading], files]
        return digest_of(json.dumps(everything).encode())


def _digest(listed: Listed) -> str:
    try:
        return digest_of(read_bytes(listed.path))
    except AjoError:
        return ""


def _row(found: Answer | Any) -> Any:
    return as_row(found) if type(found) is Answer else found


def _rows(findings: Sequence[Finding]) -> list[Any]:
    return [[finding.file, as_row(Answer((finding,), None))[0]] for finding in findings]


def _findings(rows: Sequence[Any]) -> tuple[Finding, ...]:
    return tuple(finding for file, row in rows for finding in findings_from(row, file))
