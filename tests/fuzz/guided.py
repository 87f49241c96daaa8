"""The engine that coverage guides (atheris): it sees which lines of the tool a file reaches."""

from __future__ import annotations

import importlib
import sys
import tempfile
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

atheris: Any = importlib.import_module("atheris")  # untyped, and not on every machine

with redirect_stderr(StringIO()), atheris.instrument_imports(include=["toolkit"]):
    from tests.fuzz.bend import bent
    from tests.fuzz.engine import SECONDS_FOR_ONE, judges
    from tests.fuzz.seeds import CORPUS, seeds

LARGEST = 20_000


def main(seconds: int, seed: int) -> None:
    """Judge definitions for so long; libFuzzer ends the process when something breaks, and keeps the file."""
    files = seeds()["json"]
    with judges() as judge, tempfile.TemporaryDirectory(prefix="ajo-fuzz-guided-") as folder:
        for number, content in enumerate(files):
            (Path(folder) / f"seed-{number}").write_bytes(content)
        CORPUS.mkdir(parents=True, exist_ok=True)

        def judged(content: bytes) -> None:
            judge.take("json", content)

        def mutated(content: bytes, largest: int, chosen: int) -> bytes:
            if chosen % 2:
                return bytes(atheris.Mutate(content, largest))
            return bent(Random(chosen), (content, content, *files))[:largest]

        options = (
            f"-max_total_time={seconds}",
            f"-seed={seed % 2**31}",
            f"-timeout={SECONDS_FOR_ONE}",
            "-rss_limit_mb=2048",
            f"-max_len={LARGEST}",
            f"-artifact_prefix={CORPUS}/guided-",
            "-verbosity=0",
            "-print_final_stats=1",
        )
        atheris.Setup([sys.argv[0], *options, folder], judged, custom_mutator=mutated)
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
