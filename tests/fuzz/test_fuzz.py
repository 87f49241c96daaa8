"""No file breaks the tool: a slice of ``make fuzz``, what once broke it, and that fuzzing itself works."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.fuzz.bend import bent
from tests.fuzz.engine import broken_by, fuzz, judges, smaller
from tests.fuzz.judge import FILE, checked
from tests.fuzz.seeds import CORPUS, seeds
from tests.scenarios.desk import REPOSITORY
from tests.strategies import Refs, definitions
from toolkit.app.validate import validate
from toolkit.core.canonical import dump_json
from toolkit.core.diagnostics import Finding, Severity
from toolkit.rules import CROSS_RULES
from toolkit.workspace.load import Workspace, open_workspace, read_definition

MUTATIONS = 1_000
ABOUT_SEVERAL = {"AJO010", "AJO011"} | {rule.id for rule in CROSS_RULES}
"""Codes that blame the later of two definitions."""


def test_a_slice_of_bent_files_is_answered_with_findings_alone(tmp_path: Path) -> None:
    run = fuzz(seed=20_260_101, mutations=MUTATIONS, corpus=tmp_path)
    assert [failure.what for failure in run.failures] == []
    assert run.mutations == MUTATIONS
    assert {"AJO002", "AJO103", "AJO105", "AJO302", "AJO811", "AJO812"} <= run.codes
    assert any(code.startswith("AJO2") for code in run.codes), "rules were reached too"


@pytest.mark.parametrize("subject", seeds())
def test_what_is_bent_breaks_nothing_as_it_is(subject: str) -> None:
    with judges() as judge:
        for content in seeds()[subject]:
            judge.take(subject, content)
        judge.take_together(seeds()["json"])


def test_what_once_broke_the_tool_breaks_it_no_more() -> None:
    with judges() as judge:
        for file in sorted(CORPUS.glob("*.*")):
            judge.take(file.suffix[1:], file.read_bytes())


def test_the_same_seed_bends_the_same_files() -> None:
    files = seeds()["json"]
    one, same, other = ([bent(Random(seed), files) for _ in range(3)] for seed in (1, 1, 2))
    assert one == same != other


def test_what_breaks_is_made_small() -> None:
    def breaks(content: bytes) -> bool:
        return b"$variable" in content and b"[" in content

    assert smaller(b'{"a": [{"$variable": "Label"}, 1, 2]}', breaks) == b"[$variable"


def test_an_exception_and_a_broken_promise_are_failures() -> None:
    def broken() -> None:
        raise KeyError("gone")

    assert broken_by(broken).startswith("KeyError test_fuzz.py:")
    assert broken_by(lambda: checked([unfinished(fix="")], None)).startswith("AssertionError judge.py:")
    assert broken_by(lambda: checked([unfinished(code="AJO999")], None)).endswith("AJO999")
    assert broken_by(lambda: checked([unfinished()], b"one line")) == ""
    assert broken_by(lambda: checked([unfinished(line=2)], b"one line")).startswith("AssertionError")


def unfinished(**changes: object) -> Finding:
    whole = Finding("AJO103", Severity.ERROR, FILE, 1, 1, (), "wrong", "mend it")
    return replace(whole, **changes)  # type: ignore[arg-type]  # fields by name


def test_the_command_prints_what_a_run_came_to() -> None:
    options = ["--mutations", "40", "--seed", "5", "--guided-seconds", "0"]
    command = [sys.executable, "-m", "tests.fuzz", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "fuzz: seed 5, 40 mutations\nfuzz: 40 mutations in " in done.stdout
    assert "0 failures" in done.stdout


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("order")
    (root / "actions").mkdir()
    (root / "ajo.toml").touch()
    return open_workspace(root)


def about_each(workspace: Workspace) -> list[Finding]:
    return [found for found in validate(workspace) if found.code not in ABOUT_SEVERAL]


@settings(law, max_examples=25)
@given(data=st.data(), raws=st.lists(definitions(Refs(secrets=True)), min_size=2, max_size=4))
def test_what_is_found_in_a_file_depends_on_no_other_file(
    data: st.DataObject, nobody: Workspace, raws: list[dict[str, object]]
) -> None:
    read = [
        read_definition(f"actions/File{index}.json", dump_json(raw).encode())[0]
        for index, raw in enumerate(raws)
    ]
    items = tuple(item for item in read if item is not None)
    together = about_each(replace(nobody, definitions=items))
    shuffled = tuple(data.draw(st.permutations(items)))
    assert about_each(replace(nobody, definitions=shuffled)) == together
    alone = [found for item in items for found in about_each(replace(nobody, definitions=(item,)))]
    assert alone == together
