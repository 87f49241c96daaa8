"""``make fuzz``: so many bent files through the tool, and what came of it."""

from __future__ import annotations

import argparse
import importlib.util
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import SystemRandom

from tests.fuzz.engine import Run, fuzz

MUTATIONS = 100_000
MEMORY_BYTES = 2 * 1024**3


def main() -> int:
    """Run both engines; exit code 1 when something broke."""
    options = _options()
    seed = options.seed if options.seed is not None else SystemRandom().randrange(2**32)
    _say(f"fuzz: seed {seed}, {options.mutations:,} mutations")
    with _limited_memory():
        run = fuzz(seed, options.mutations)
    _say(summary(run, seed))
    guided_broke = bool(options.guided_seconds) and _guided_breaks(options.guided_seconds, seed)
    return 1 if run.failures or guided_broke else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--mutations", type=int, default=MUTATIONS, help="files of the engine of our own")
    parser.add_argument("--seed", type=int, help="the seed of a run to repeat")
    parser.add_argument(
        "--guided-seconds", type=int, default=60, help="time of the engine that coverage guides; 0: none"
    )
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def _limited_memory() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def summary(run: Run, seed: int) -> str:
    """Say in a few lines what a run came to."""
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 1024**2
    speed = f"{run.mutations / run.seconds:.0f} per second" if run.seconds else "at once"
    counts = f"{len(run.codes)} codes seen, {len(run.failures)} failures"
    lines = [
        f"fuzz: {run.mutations:,} mutations in {run.seconds:.0f} s ({speed}, peak {peak} MiB), {counts}",
        f"      codes: {' '.join(sorted(run.codes))}",
    ]
    lines += [f"      {failure.what}: {failure.kept}" for failure in run.failures]
    if run.failures:
        lines.append(f"      again: make fuzz ARGS='--seed {seed} --mutations {run.mutations}'")
    return "\n".join(lines)


def _guided_breaks(seconds: int, seed: int) -> bool:
    """Run the engine that coverage guides, in a process of its own; tells whether something broke."""
    if importlib.util.find_spec("atheris") is None:
        _say("fuzz: without the engine that coverage guides, since atheris is not installed")
        return False
    _say(f"fuzz: {seconds} s with the engine that coverage guides")
    command = [sys.executable, "-m", "tests.fuzz.guided", str(seconds), str(seed)]
    return subprocess.run(command, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
