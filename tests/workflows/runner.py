"""A job of a workflow, run on this machine as the hosting service would.

What it keeps to: *Workflow syntax for GitHub Actions* (docs.github.com, ``jobs.<id>.steps[*].shell``): a step
without a shell runs by ``bash -e``, in which the exit code of a pipe is that of its last command; ``shell:
bash`` runs by ``bash --noprofile --norc -eo pipefail``. A step after a failed one is skipped, unless it says
``if: always()``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

WORKFLOWS = Path(__file__).parents[2] / ".github/workflows"

SHELLS = {
    "": ["bash", "-e"],
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
}
CONDITIONS = {"": False, "always()": True}
"""The conditions of steps that are known here: whether a step runs after a failed one."""

JOB_CONDITION = re.compile(r"(vars\.[A-Z_]+) != ''")
_EXPRESSION = re.compile(r"\$\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")


class UnknownExpressionError(Exception):
    """A workflow uses something that the context of the test does not have."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one step went; `exit` is None for one that was skipped."""

    name: str
    exit: int | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """How a job went: its steps by name, what it put into the summary, the artifacts it kept."""

    steps: Mapping[str, Step]
    summary: str
    artifacts: Mapping[str, Path]

    @property
    def succeeded(self) -> bool:
        return all(step.exit in (0, None) for step in self.steps.values())

    @property
    def failed_at(self) -> list[str]:
        return [step.name for step in self.steps.values() if step.exit]

    @property
    def log(self) -> str:
        return "".join(step.said for step in self.steps.values())


@dataclass(slots=True)
class Runner:
    """A machine with a fresh disk. `context` maps names (``vars.AJO_TARGET``) to their values."""

    repository: Path
    folder: Path
    commit: str
    context: Mapping[str, str]
    summary: Path = field(init=False)
    workspace: Path = field(init=False)

    def __post_init__(self) -> None:
        self.workspace, self.summary = self.folder / "work", self.folder / "summary.md"
        self.workspace.mkdir(parents=True)

    def run(self, workflow: str, job: str) -> Job:
        """Run all steps of a job, whose own condition has to be met."""
        whole = load(workflow)
        definition = whole["jobs"][job]
        condition = JOB_CONDITION.fullmatch(definition["if"])
        assert condition is not None
        assert self._resolved("${{ " + condition[1] + " }}")
        default = whole.get("defaults", {}).get("run", {}) | definition.get("defaults", {}).get("run", {})
        steps: dict[str, Step] = {}
        artifacts: dict[str, Path] = {}
        failed = False
        for step in definition["steps"]:
            name = step.get("name") or step["uses"]
            if failed and not CONDITIONS[step.get("if", "")]:
                steps[name] = Step(name, None)
            elif "uses" in step:
                self._action(step, artifacts)
                steps[name] = Step(name, 0)
            else:
                steps[name] = self._command(name, {**default, **step})
                failed = failed or steps[name].exit != 0
        return Job(steps, self.summary.read_text() if self.summary.exists() else "", artifacts)

    def _command(self, name: str, step: Mapping[str, Any]) -> Step:
        if name == "Install":
            # What it installs is what is tested; its command is there already, see `environment`.
            assert "pip install" in step["run"]
            return Step(name, 0)
        script = self.folder / "step.sh"
        script.write_text(self._resolved(step["run"]))
        done = subprocess.run(
            [*SHELLS[step.get("shell", "")], str(script)],
            cwd=self.workspace / step.get("working-directory", "."),
            env=self.environment(step.get("env", {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        return Step(name, done.returncode, done.stdout)

    def environment(self, step: Mapping[str, str]) -> dict[str, str]:
        """What a step sees: the machine's variables and its own, none of whoever runs the tests."""
        machine = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "octocat",
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        return machine | {name: self._resolved(text) for name, text in step.items()}

    def _action(self, step: Mapping[str, Any], artifacts: dict[str, Path]) -> None:
        actions: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "actions/checkout": self._check_out,
            "actions/setup-python": lambda options: None,
            "actions/upload-artifact": lambda options: self._keep(options, artifacts),
        }
        actions[step["uses"].partition("@")[0]](step.get("with", {}))

    def _check_out(self, options: Mapping[str, Any]) -> None:
        """Check out as the action does: branches alone, one commit deep unless the step asks for more."""
        place = self.workspace / options.get("path", ".")
        commit = self._resolved(options.get("ref", self.commit))
        depth = options.get("fetch-depth", 1)
        deep = ["--depth", str(depth)] if depth else []
        git(self.folder, "init", "--quiet", str(place))
        git(place, "remote", "add", "origin", f"file://{self.repository}")
        branches = [] if depth else ["+refs/heads/*:refs/remotes/origin/*"]
        git(place, "fetch", "--quiet", *deep, "origin", commit, *branches)
        git(place, "checkout", "--quiet", commit)

    def _keep(self, options: Mapping[str, Any], artifacts: dict[str, Path]) -> None:
        file = self.workspace / options["path"]
        if file.exists():
            artifacts[options["name"]] = Path(shutil.copy(file, self.folder / f"artifact-{options['name']}"))
        else:
            assert options["if-no-files-found"] == "ignore"

    def _resolved(self, text: str) -> str:
        def known(found: re.Match[str]) -> str:
            name = found[1]
            if name.split(".")[0] not in ("vars", "secrets") and name not in self.context:
                raise UnknownExpressionError(name)
            return self.context.get(name, "")  # A variable or secret that nobody has set is an empty text.

        resolved = _EXPRESSION.sub(known, text)
        if "${{" in resolved:
            raise UnknownExpressionError(resolved)
        return resolved


def load(workflow: str) -> dict[str, Any]:
    """The workflow as data."""
    found: dict[str, Any] = yaml.safe_load((WORKFLOWS / workflow).read_text(encoding="utf-8"))
    return found


def git(folder: Path, *arguments: str) -> str:
    """Run git with nobody's settings but ours; returns what it says."""
    own = {
        **{name: text for name, text in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    identity = ["-c", "user.name=Test", "-c", "user.email=test@acme.example", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=own, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
