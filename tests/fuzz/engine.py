"""Bends one file after another and lets the judge see each; what breaks is made small and kept."""

from __future__ import annotations

import hashlib
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from types import FrameType

from tests.fuzz.bend import bent
from tests.fuzz.judge import Judge
from tests.fuzz.seeds import CORPUS, GOLDEN, SETTINGS, seeds
from toolkit.workspace.load import load_file

SECONDS_FOR_ONE = 20
"""Time of one file before it counts as a hang; the slowest takes a hundredth of it."""

SHARES = {"json": 85, "cases": 5, "toml": 3, "curl": 3, "example": 2, "yaml": 2}
TOGETHER_EVERY, TOGETHER = 500, 12
MOST_KEPT = 1_000
MOST_FAILURES = 10


class Hang(BaseException):
    """One file took too long; no handler of the tool catches it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What broke, by which file, and where that is kept."""

    what: str
    content: bytes
    kept: Path


@dataclass
class Run:
    """What a run came to."""

    mutations: int = 0
    seconds: float = 0.0
    codes: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)


@contextmanager
def judges() -> Iterator[Judge]:
    """Give a judge with a folder that lasts as long as it does."""
    with tempfile.TemporaryDirectory(prefix="ajo-fuzz-") as folder:
        loaded = [load_file(path.parent, path)[0] for path in GOLDEN if path.stem.endswith("-everything")]
        yield Judge(Path(folder), tuple(item.definition for item in loaded if item), SETTINGS)


def fuzz(seed: int, mutations: int, corpus: Path = CORPUS) -> Run:
    """Judge so many bent files; the same seed bends the same ones. Failures are kept in `corpus`."""
    run, started = Run(), monotonic()
    with judges() as judge, _watchdog():
        for content, subject in _bent_files(seed, mutations, judge, run):
            what = broken_by(lambda: judge.take(subject, content))  # noqa: B023  # called at once
            run.mutations += 1
            if what:
                run.failures.append(_kept(judge, subject, content, what, corpus))
            if len(run.failures) >= MOST_FAILURES:
                break
        run.codes = judge.codes
    run.seconds = monotonic() - started
    return run


def _bent_files(seed: int, mutations: int, judge: Judge, run: Run) -> Iterator[tuple[bytes, str]]:
    """Yield bent files; those that are answered in a new way are bent further."""
    random = Random(seed)
    pools = {subject: list(files) for subject, files in seeds().items()}
    seen: set[tuple[str, frozenset[str]]] = set()
    recent: list[bytes] = []
    for number in range(1, mutations + 1):
        subject = random.choices(list(SHARES), list(SHARES.values()))[0]
        content = bent(random, pools[subject])
        before = set(judge.codes)
        judge.codes.clear()
        yield content, subject
        answer = (subject, frozenset(judge.codes))
        judge.codes |= before
        if answer not in seen and len(pools[subject]) < MOST_KEPT:
            seen.add(answer)
            pools[subject].append(content)
        if subject == "json":
            recent = [*recent, content][-TOGETHER:]
        if number % TOGETHER_EVERY == 0:
            what = broken_by(lambda: judge.take_together(recent))  # noqa: B023  # called at once
            if what:
                run.failures.append(_kept_together(recent, what))


def broken_by(act: Callable[[], object]) -> str:
    """Return what `act` was broken by, with its place; empty when nothing broke."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS_FOR_ONE)
    try:
        act()
    except (Exception, Hang) as error:  # noqa: BLE001  # whatever it is, it is what we look for
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}" if isinstance(error, Exception) else ""
        return f"{type(error).__name__} {where} {str(error)[:200]}".strip()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return ""


@contextmanager
def _watchdog() -> Iterator[None]:
    def bark(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"more than {SECONDS_FOR_ONE} seconds")

    before = signal.signal(signal.SIGALRM, bark)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)


def _kept(judge: Judge, subject: str, content: bytes, what: str, corpus: Path) -> Failure:
    place = what.split()[:2]
    if not what.startswith(Hang.__name__):
        content = smaller(
            content, lambda less: broken_by(lambda: judge.take(subject, less)).split()[:2] == place
        )
    corpus.mkdir(parents=True, exist_ok=True)
    file = corpus / f"{hashlib.sha256(content).hexdigest()[:12]}.{subject}"
    file.write_bytes(content)
    sys.stderr.write(f"{what}\n    kept in {file}: {content[:300]!r}\n")
    return Failure(what, content, file)


def _kept_together(contents: list[bytes], what: str) -> Failure:
    folder = Path(tempfile.mkdtemp(prefix="ajo-fuzz-together-"))
    for index, content in enumerate(contents):
        (folder / f"File{index}.json").write_bytes(content)
    sys.stderr.write(f"{what}\n    several files together, kept in {folder}\n")
    return Failure(what, b"", folder)


def smaller(content: bytes, still_breaks: Callable[[bytes], bool]) -> bytes:
    """Return `content` with everything left out that the breaking does not need, as far as cheaply known."""
    size = max(1, len(content) // 2)
    while True:
        start = 0
        while start < len(content):
            less = content[:start] + content[start + size :]
            if still_breaks(less):
                content = less
            else:
                start += size
        if size == 1:
            return content
        size //= 2
