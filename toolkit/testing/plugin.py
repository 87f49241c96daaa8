"""A plug-in of pytest: ``pytest actions/`` runs each case as a test.

Files that end in ``.cases.json`` are collected where they are in a workspace; ``--ajo-target`` chooses the
target whose values count. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from toolkit.app.cases import Stage
    from toolkit.exercise.cases import CaseResult
    from toolkit.workspace.case_files import CaseFile

ENDING = ".cases.json"
_STAGES: pytest.StashKey[dict[Path, Any]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the choice of a target."""
    group = parser.getgroup("ajo", "cases of Journey Optimizer actions")
    group.addoption("--ajo-target", metavar="TARGET", help="the target whose values cases are checked with")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect files of cases."""
    if not file_path.name.endswith(ENDING):
        return None
    collector: pytest.Collector = CasesFile.from_parent(parent, path=file_path)
    return collector


class CasesFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield a test for each case, or one that says why the file can't be read."""
        from toolkit.core.errors import AjoError
        from toolkit.workspace.case_files import load_case_file
        from toolkit.workspace.listing import Listed

        try:
            root, stage = _stage(self)
        except AjoError as error:
            raise self.CollectError(f"{error.code} {error.message}") from None
        item, findings = load_case_file(Listed(self.path.relative_to(root).as_posix(), str(self.path)))
        if item is None:
            told = [f"{found.file}:{found.line}: {found.code} {found.message}" for found in findings]
            raise self.CollectError("\n".join(told))
        yield from self._tests(item, stage)

    def _tests(self, item: CaseFile, stage: Stage) -> Iterator[pytest.Item]:
        for result, case in zip(stage.check(item), item.cases.cases, strict=True):
            yield CaseItem.from_parent(self, name=case.name, result=result)


def _stage(node: pytest.Collector) -> tuple[Path, Stage]:
    """Return the workspace's root and what its cases are played with; made once for each workspace."""
    from toolkit.app.cases import stage_of
    from toolkit.workspace.load import open_workspace
    from toolkit.workspace.settings import find_root

    root = find_root(node.path.parent)
    stages = node.config.stash.setdefault(_STAGES, {})
    if root not in stages:
        stages[root] = stage_of(open_workspace(root), node.config.getoption("--ajo-target"))
    return root, stages[root]


class CaseDoesNotHoldError(Exception):
    """A case and its action differ."""


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, result: CaseResult, **more: Any) -> None:
        super().__init__(**more)
        self.result = result

    def runtest(self) -> None:
        """Fail with the differences."""
        from toolkit.report.cases import result_lines

        if not self.result.holds:
            raise CaseDoesNotHoldError("\n".join(result_lines(self.result)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the differences alone."""
        if isinstance(excinfo.value, CaseDoesNotHoldError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the case stands."""
        return self.path, max(0, self.result.line - 1), f"{self.result.action}: {self.name}"
