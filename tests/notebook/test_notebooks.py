"""The committed notebooks run from top to bottom, show no secret, and hold no output."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.scenarios.desk import REPOSITORY

FOLDER = REPOSITORY / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture
def quiet_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A kernel that leaves nothing behind, in an environment full of secrets; returns these."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    names = ("SLACK_BOT_TOKEN", "LOCAL_CLIENT_SECRET", "FIREBASE_CLIENT_SECRET", "EPSILON_PASSWORD")
    secrets = {f"AJO_SECRET_{name}": f"canary-{name.lower()}" for name in names}
    for name, secret in secrets.items():
        monkeypatch.setenv(name, secret)
    return secrets


def read(file: Path) -> nbformat.NotebookNode:
    return nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call,no-any-return]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.name)
def test_a_notebook_runs_from_top_to_bottom_and_shows_no_secret(
    file: Path, quiet_kernel: dict[str, str]
) -> None:
    before = {path: path.read_bytes() for path in REPOSITORY.glob("actions/**/*.json")}
    notebook = read(file)
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output.output_type in ("error", "stream")]
    shown = json.dumps(outputs)
    for secret in [*quiet_kernel.values(), "made-up-slack-bot-token", "made-up-local-client-secret"]:
        assert secret not in shown
    assert {path: path.read_bytes() for path in REPOSITORY.glob("actions/**/*.json")} == before


def test_the_notebook_tells_the_whole_story() -> None:
    sources = "\n".join(cell.source for cell in read(FOLDER / "01-first-action.ipynb").cells)
    for call in ("Session.open", ".show(", ".change(", ".diff()", ".sync(", ".exercise("):
        assert call in sources


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.name)
def test_a_committed_notebook_holds_no_output_and_no_trace_of_who_ran_it(file: Path) -> None:
    notebook = read(file)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert notebook.metadata.kernelspec.name == "python3"
