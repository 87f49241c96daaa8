"""Kinds of target that packages bring: used like ours, and every fault of theirs told with their name."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.platform.samples import capping_definition, custom_action
from tests.scenarios.desk import Desk, action, capping
from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.model.catalog import Catalog, RemoteRef, Resource
from toolkit.model.text import SecretRef
from toolkit.platform.port import LiveState, Outcome, Platform, PlatformError, Written
from toolkit.targets import GROUP, open_target
from toolkit.targets.guarded import METHODS, Guarded
from toolkit.workspace.settings import PluggedTarget, Settings

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
NUMBERS = count()
Install = Callable[..., str]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a module as a package that brings a kind; returns the module's name."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def installed(code: str, kind: str = "one-file", name: str = "open_target", folder: Path = site) -> str:
        module = f"acme_target_{next(NUMBERS)}"
        info = folder / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{kind} = {module}:{name}\n")
        (folder / f"{module}.py").write_text(code)
        return module

    return installed


def target(**options: Any) -> PluggedTarget:
    stated = {"kind": "one-file", "file": "shelf.json", **options}
    table = {name: value for name, value in stated.items() if value is not None}
    found = Settings.model_validate({"targets": {"here": table}}).targets["here"]
    assert isinstance(found, PluggedTarget)
    return found


def resolve(reference: SecretRef) -> Secret:
    return Secret(f"planted-{reference.path}")


def opened(root: Path, *, trust: bool = False, **options: Any) -> Platform:
    root.mkdir(exist_ok=True)
    return open_target(target(**options), root, resolve, trust=trust)


def settings_of(desk: Desk, table: str) -> None:
    (desk.root / "ajo.toml").write_text(f'default-target = "here"\n[targets.here]\n{table}')


# The example of the page.


@pytest.mark.parametrize("one", [custom_action(), capping_definition()], ids=["action", "capping"])
def test_the_example_keeps_what_a_platform_promises(install: Install, tmp_path: Path, one: Resource) -> None:
    install(EXAMPLE)
    platform = opened(tmp_path / "root")
    created = platform.create(one).resource
    assert created is not None
    assert created.remote is not None
    assert platform.find(one.key) == platform.fetch(one.key, created.remote) == created
    assert platform.read().catalog.get(one.key) == created
    with pytest.raises(PlatformError) as refused:
        platform.create(one)
    assert refused.value.status == 409
    assert platform.update(one, created.remote).resource == created
    platform.delete(one.key, created.remote)
    assert platform.fetch(one.key, created.remote) is None
    with pytest.raises(PlatformError, match="gone"):
        platform.update(one, created.remote)
    platform.close()


def test_the_example_is_synced_drifts_and_is_tidied_up(install: Install, desk: Desk) -> None:
    module = install(EXAMPLE)
    settings_of(desk, 'kind = "one-file"\nfile = "shelf.json"\non-drift = "overwrite"\n')
    desk.write(action("Hello"))
    desk.write(capping("hello", "hello.example.com"))
    assert desk.ajo("sync", "--yes").exit == 0
    assert desk.ajo("diff", "--exit-code").exit == 0
    shelf = desk.root / "shelf.json"
    shelf.write_text(shelf.read_text().replace("What Hello does.", "theirs"))
    changed = desk.ajo("diff", "--exit-code")
    assert (changed.exit, "theirs" in changed.out) == (2, True)
    shelf.write_text("{")
    broken = desk.ajo("diff")
    assert broken.exit == 5
    assert f'kind of target "one-file" of {module}' in broken.err.replace("-", "_").replace(
        "one_file", "one-file"
    )
    assert "AJO514" in broken.err


def test_a_wrong_option_is_told_in_the_words_of_the_kind(install: Install, tmp_path: Path) -> None:
    install(EXAMPLE)
    with pytest.raises(AjoError, match=r'kind of target "one-file" .* the one option is file') as refused:
        opened(tmp_path / "root", folder="x")
    assert refused.value.code == "AJO345"


# The folder, by the command line.


def test_a_folder_is_synced_without_secrets_and_shows_drift(desk: Desk) -> None:
    settings_of(desk, 'kind = "directory"\npath = "export"\nallow-destroy = true\n')
    password = {"type": "basic", "username": "u", "password": "${secret:hello/password}"}
    file = desk.write(action("Hello", authentication=password))
    assert desk.ajo("sync", "--yes").exit == 0
    assert desk.ajo("secrets", "check").exit == 0
    assert desk.ajo("diff", "--exit-code").exit == 0
    (kept,) = (desk.root / "export" / "actions").iterdir()
    assert "${secret:hello/password}" in kept.read_text()
    kept.write_text(kept.read_text().replace("What Hello does.", "theirs"))
    drifted = desk.ajo("diff", "--exit-code")
    assert (drifted.exit, "theirs" in drifted.out) == (2, True)
    file.write_text(file.read_text().replace("hello/password", "hello/password@2"))
    assert desk.ajo("sync", "--yes").exit == 0
    assert desk.ajo("targets").out.splitlines()[1].split()[1:3] == ["directory", "export"]
    listed = desk.ajo("list", "--live")
    assert (listed.exit, "Hello" in listed.out) == (0, True)


def test_the_platforms_own_questions_are_refused_to_another_kind(desk: Desk) -> None:
    settings_of(desk, 'kind = "directory"\npath = "export"\n')
    refused = desk.ajo("target", "check")
    assert (refused.exit, "AJO345" in refused.err) == (3, True)


# What can be wrong with a kind.


def test_an_unknown_kind_is_told_with_those_that_there_are(install: Install, tmp_path: Path) -> None:
    install(EXAMPLE)
    with pytest.raises(AjoError, match='"one-fiel"; there are platform, directory, one-file') as refused:
        opened(tmp_path / "root", kind="one-fiel")
    assert refused.value.code == "AJO345"


def test_two_packages_with_one_kind_are_refused(install: Install, tmp_path: Path) -> None:
    modules = [install(EXAMPLE), install(EXAMPLE)]
    with pytest.raises(AjoError) as refused:
        opened(tmp_path / "root")
    assert all(module in refused.value.message for module in modules)


def test_no_package_takes_the_place_of_ours(install: Install, tmp_path: Path) -> None:
    install("1 / 0", kind="directory")
    folder = target(kind="directory", path="out", file=None)
    assert len(open_target(folder, tmp_path, resolve).read().catalog) == 0


LEAKS = """
from toolkit.model.text import SecretRef

def open_target(opening):
    raise ValueError(opening.resolve(SecretRef("key")).reveal())
"""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1 / 0", "can't be loaded: ZeroDivisionError"),
        ("raise SystemExit(7)", "can't be loaded: SystemExit: 7"),
        ("def", "can't be loaded: SyntaxError"),
        ("", "can't be loaded: AttributeError"),
        ("open_target = 7", "can't be opened: TypeError"),
        ("def open_target(opening): raise KeyError('x')", "can't be opened: KeyError"),
        ("def open_target(opening): return None", "without read, find, fetch, create, update, delete, close"),
        (
            LEAKS,
            "can't be opened: ValueError: ********",
        ),
    ],
)
def test_a_kind_that_can_not_be_had_is_one_clear_error(
    install: Install, tmp_path: Path, code: str, words: str
) -> None:
    module = install(code)
    with pytest.raises(AjoError) as refused:
        opened(tmp_path / "root")
    assert refused.value.code == "AJO345"
    assert refused.value.message.startswith(f'kind of target "one-file" of {module} ({module}:open_target)')
    assert words in refused.value.message


def test_code_of_the_workspace_is_run_with_trust_only(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "checkout"
    root.mkdir()
    monkeypatch.syspath_prepend(root)  # as with `python -m`, or an installation in place
    module = install(
        f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n{EXAMPLE}", folder=root
    )
    with pytest.raises(AjoError) as refused:
        opened(root)
    assert refused.value.code == "AJO346"
    assert (module in sys.modules, (tmp_path / "ran").exists()) == (False, False)
    assert len(opened(root, trust=True).read().catalog) == 0


def test_a_module_of_the_workspace_never_stands_in_for_an_installed_one(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = install(EXAMPLE)
    root = tmp_path / "checkout"
    root.mkdir()
    (root / f"{module}.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(root)
    with pytest.raises(AjoError) as refused:
        opened(root)
    assert refused.value.code == "AJO346"


class Foreign:
    """A platform that answers what it is told to, or raises it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def __getattr__(self, name: str) -> Any:
        def answered(*_: Any) -> Any:
            if isinstance(self.answer, BaseException):
                raise self.answer
            return self.answer

        return answered


REMOTE = RemoteRef("u", "sha256:1", "live")
LIVE = replace(custom_action(), remote=REMOTE)
CALLS: dict[str, tuple[Any, ...]] = {
    "read": (),
    "find": (LIVE.key,),
    "fetch": (LIVE.key, REMOTE),
    "create": (LIVE,),
    "update": (LIVE, REMOTE),
    "delete": (LIVE.key, REMOTE),
    "close": (),
}


def asked(name: str, answer: Any) -> Any:
    from toolkit.platform.veil import Veil

    veil = Veil([Secret("planted-secret")])
    guarded = Guarded(Foreign(answer), 'kind of target "x"', veil)
    return getattr(guarded, name)(*CALLS[name])


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("error", [KeyError("planted-secret\n\x1b[2J"), SystemExit(), RecursionError()])
def test_what_a_kind_raises_is_one_error_without_secrets(name: str, error: BaseException) -> None:
    with pytest.raises(PlatformError) as refused:
        asked(name, error)
    said = refused.value
    assert (said.code, said.__cause__, said.message.isprintable()) == ("AJO514", None, True)
    assert said.message.startswith(f'kind of target "x" failed in {name}: {type(error).__name__}')
    assert "planted" not in said.message
    assert said.outcome is (Outcome.UNKNOWN if name in ("create", "update", "delete") else Outcome.REFUSED)


def test_a_kinds_own_errors_keep_their_code_and_outcome_and_lose_secrets() -> None:
    error = PlatformError("AJO503", "planted-secret is busy", outcome=Outcome.UNKNOWN, status=503)
    with pytest.raises(PlatformError) as refused:
        asked("create", error)
    said = refused.value
    assert (said.code, said.outcome, said.status) == ("AJO503", Outcome.UNKNOWN, 503)
    assert said.message == 'kind of target "x": ******** is busy'
    with pytest.raises(PlatformError) as refused:
        asked("create", AjoError("AJO307", "planted-secret is not there"))
    assert (refused.value.code, "planted" in refused.value.message) == ("AJO307", False)


WRONG: list[tuple[str, Any]] = [
    ("read", None),
    ("read", {}),
    ("read", LiveState({})),  # type: ignore[arg-type]
    ("read", LiveState(Catalog.of([custom_action()]))),
    ("read", LiveState(Catalog.of([]), ("x",))),  # type: ignore[arg-type]
    ("read", LiveState(Catalog({LIVE.key: "x"}))),  # type: ignore[dict-item]
    ("find", "x"),
    ("find", custom_action()),
    ("find", replace(LIVE, key=replace(LIVE.key, kind="Nothing"))),
    ("find", replace(LIVE, key=replace(LIVE.key, kind=["CustomAction"]))),  # type: ignore[arg-type]
    ("find", replace(LIVE, key=replace(LIVE.key, identity="Other"))),
    ("find", replace(LIVE, key="Welcome")),  # type: ignore[arg-type]
    ("find", replace(LIVE, document={"name": "Welcome", "n": 1.5})),
    ("find", replace(LIVE, document={"name": "Welcome", "n": object()})),
    ("find", replace(LIVE, document={})),
    ("find", replace(LIVE, document=None)),  # type: ignore[arg-type]
    ("find", replace(LIVE, remote=replace(REMOTE, uid=""))),
    ("find", replace(LIVE, remote=replace(REMOTE, uid=7))),  # type: ignore[arg-type]
    ("find", replace(LIVE, remote=replace(REMOTE, used_in=["x"]))),  # type: ignore[arg-type]
    ("fetch", []),
    ("create", None),
    ("create", LIVE),
    ("create", Written(None)),
    ("create", Written(LIVE, ["x"])),  # type: ignore[arg-type]
    ("update", Written(custom_action())),
    ("delete", None),
    ("delete", Written(LIVE)),
]


@pytest.mark.parametrize(("name", "answer"), WRONG)
def test_a_wrong_answer_is_told_and_goes_no_further(name: str, answer: Any) -> None:
    with pytest.raises(PlatformError) as refused:
        asked(name, answer)
    assert refused.value.code == "AJO514"
    assert refused.value.message.startswith(f'kind of target "x" answers {name} wrongly: ')


def test_a_right_answer_comes_through_as_it_is() -> None:
    state = LiveState(Catalog.of([LIVE]))
    assert asked("read", state) is state
    assert asked("find", LIVE) is LIVE
    assert asked("find", None) is None
    assert asked("create", Written(LIVE, ("r1",))) == Written(LIVE, ("r1",))
    assert asked("delete", Written(None)) == Written(None)
