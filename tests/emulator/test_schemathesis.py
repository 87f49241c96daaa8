"""The emulator against its own OpenAPI document, by a client that knows nothing else: schemathesis over HTTP.

The budget is small and the seed fixed; ``make contract`` has a larger one (CONTRACT_EXAMPLES, CONTRACT_SEED).
"""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.conftest import Caller, connect
from toolkit.emulator import start_emulator
from toolkit.emulator.openapi import document

HERE = Path(__file__).parent
SMALL_BUDGET = """
# createAction takes the same body: in the small budget its coverage has to do.
[[operations]]
include-operation-id = "updateAction"
phases.coverage.enabled = false
"""


@pytest.fixture
def prod() -> Iterator[Caller]:
    """A caller in the production sandbox of an emulator of one's own, with a journey to be found."""
    with start_emulator() as running:
        caller = connect(running, "prod")
        caller.add_journey(id="journey-1")
        yield caller
        caller.http.close()


def run(
    caller: Caller, place: Path, options: list[str], more_settings: str, location: str = ""
) -> subprocess.CompletedProcess[str]:
    settings = place / "schemathesis.toml"
    settings.write_text(
        (HERE / "schemathesis.toml").read_text(encoding="utf-8") + more_settings, encoding="utf-8"
    )
    environment = {
        **os.environ,
        "EMULATOR_ORGANISATION": caller.running.organisation,
        "EMULATOR_SANDBOX": caller.sandbox,
        "PYTHONPATH": str(HERE.parent.parent),
        "SCHEMATHESIS_HOOKS": "tests.emulator.schemathesis_hooks",
    }
    headers = [f"{name}: {caller.http.headers[name]}" for name in ("Authorization", "x-api-key")]
    program = [str(Path(sys.executable).parent / "st"), "--config-file", str(settings), "run"]
    return subprocess.run(
        [
            *program,
            location or f"{caller.running.ims_url}/openapi.json",
            *(f"--header={line}" for line in headers),
            *options,
        ],
        env=environment,
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.timeout(3600)
def test_the_emulator_does_what_its_document_says(prod: Caller, tmp_path: Path) -> None:
    examples = os.environ.get("CONTRACT_EXAMPLES", "")
    seed = os.environ.get("CONTRACT_SEED", "1")
    options = ["--no-color", "--continue-on-failure", f"--seed={seed}", f"--max-examples={examples or 3}"]
    finished = run(prod, tmp_path, options, "" if examples else SMALL_BUDGET)
    assert finished.returncode == 0, finished.stdout
    methods = [name for path in document()["paths"].values() for name in path if name != "parameters"]
    # The tool leaves out the one that the document itself was read from.
    assert f"Tested: {len(methods) - 1}\n" in finished.stdout
    assert re.findall("✅ (Examples|Coverage|Fuzzing|Stateful)$", finished.stdout, re.MULTILINE) == [
        "Examples",
        "Coverage",
        "Fuzzing",
        "Stateful",
    ]


def test_a_document_that_promises_too_much_is_found_out(prod: Caller, tmp_path: Path) -> None:
    """The tool with its settings does notice a broken promise: here a member that no answer has."""
    promised = copy.deepcopy(document())
    listed = promised["paths"]["/ajo/journey"]["get"]["responses"]["200"]["content"]["application/json"]
    listed["schema"]["required"].append("colour")
    place = tmp_path / "openapi.json"
    place.write_text(json.dumps(promised), encoding="utf-8")
    options = [
        "--no-color",
        "--seed=1",
        "--max-examples=1",
        "--phases=fuzzing",
        f"--url={prod.running.ims_url}",
    ]
    finished = run(prod, tmp_path, [*options, "--include-operation-id=listJourneys"], "", str(place))
    assert finished.returncode == 1
    assert '"colour" is a required property' in finished.stdout
