"""How many times as long as reading and json.loads does `ajo validate` take?

Ratios, not seconds, are what can be compared between machines: each repetition measures every way once, so
that a busy machine slows all of them, and the medians are divided.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import make_corpus
from toolkit.app.check import check

TARGETS = {1: ("prod",), 2: ("stage", "prod")}
FLOORS = {"cold": 5.0, "warm": 2.0}
"""The most that each way may cost, in times of reading and json.loads."""


def main() -> int:
    """Measure, print, and tell by the exit code whether the floors hold, if asked to."""
    options = _options()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {options.files} definitions")
    kept = True
    for targets in options.targets:
        with tempfile.TemporaryDirectory(prefix="ajo-bench-") as folder:
            root = Path(folder)
            make_corpus(root, options.files, TARGETS[targets])
            medians = _measured(_ways(root), options.repetitions)
        kept = _shown(targets, medians, options.files) and kept
    return 0 if kept or not options.floors else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="definitions to make")
    parser.add_argument("--repetitions", type=int, default=5, help="how often each way is measured")
    parser.add_argument(
        "--targets", type=int, nargs="+", choices=TARGETS, default=[2, 1], help="how many targets"
    )
    parser.add_argument(
        "--floors", action="store_true", help="exit with 1 when a way takes longer than promised"
    )
    return parser.parse_args()


def _ways(root: Path) -> Mapping[str, Callable[[], object]]:
    def cold_and_kept() -> None:
        shutil.rmtree(root / ".ajo", ignore_errors=True)
        check(root)

    def one_edit() -> None:
        file = next((root / "actions").glob("*/*.json"))
        file.write_bytes(file.read_bytes() + b"\n")
        check(root)

    return {
        "read + json.loads": lambda: _floor(root),
        "cold": lambda: check(root, keep=False),
        "cold, one process": lambda: check(root, keep=False, helpers=0),
        "cold, keeping": cold_and_kept,
        "warm": lambda: check(root),
        "warm, one file changed": one_edit,
    }


def _floor(root: Path) -> int:
    """Read and parse every definition, keeping none."""
    count = 0
    for folder, _, names in os.walk(root / "actions"):
        for name in names:
            with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123  # the quickest way to read a file
                json.loads(file.read())
            count += 1
    return count


@dataclass(frozen=True)
class Taken:
    """Medians in seconds: by the clock, and of all processors together."""

    wall: float
    cpu: float


def _measured(ways: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, Taken]:
    """Return what each way takes; the files are in the page cache for all of them."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(repetitions):
        for name, way in ways.items():
            start, busy = time.perf_counter(), sum(os.times()[:4])
            way()
            taken[name].append((time.perf_counter() - start, sum(os.times()[:4]) - busy))
    return {name: Taken(*map(statistics.median, zip(*times, strict=True))) for name, times in taken.items()}


def _shown(targets: int, taken: Mapping[str, Taken], files: int) -> bool:
    """Print one workspace's figures and tell whether all floors hold."""
    (_, floor), *others = taken.items()
    plural = "s" if targets > 1 else ""
    print(f"\n{targets} target{plural}: read + json.loads {floor.wall / files * 1e6:.1f} µs a file")
    kept = True
    for name, median in others:
        ratio, most = median.wall / floor.wall, FLOORS.get(name)
        kept = kept and (most is None or ratio <= most)
        promise = f"   at most {most:g}{'' if ratio <= most else ': MISSED'}" if most else ""
        busy = f"(processors {median.cpu / floor.cpu:.1f} x)"
        print(f"  {name:<24} {median.wall:7.2f} s  {ratio:6.1f} x  {busy:<20}{promise}")
    return kept


if __name__ == "__main__":
    sys.exit(main())
