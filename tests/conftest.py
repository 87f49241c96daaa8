"""What several folders of tests share: a platform per worker, fresh workspaces with their own sandboxes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.scenarios.desk import OWN_VARIABLES, Desk
from toolkit.emulator import EmulatorConfig, RunningEmulator, start_emulator

# How busy a machine is must not decide whether a test passes.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def home_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the key that caches are signed with, and locks, out of the home folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def desks_platform(request: pytest.FixtureRequest) -> Iterator[RunningEmulator]:
    """A platform with a sandbox for every desk there can be: nobody knows which worker gets how many."""
    desks = sum("desk" in getattr(item, "fixturenames", ()) for item in request.session.items)
    sandboxes = {f"desk-{number:03}": "development" for number in range(desks)} | {"elsewhere": "development"}
    with start_emulator(EmulatorConfig(sandboxes=sandboxes)) as running:
        yield running


@pytest.fixture(scope="session")
def desk_numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def desk(
    tmp_path: Path,
    desks_platform: RunningEmulator,
    desk_numbers: Iterator[int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    """An empty workspace whose target is a sandbox that nobody has used."""
    for name in OWN_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "workspace"
    (root / "actions").mkdir(parents=True)
    made = Desk(root, desks_platform, f"desk-{next(desk_numbers):03}", capsys)
    made.settings()
    return made
