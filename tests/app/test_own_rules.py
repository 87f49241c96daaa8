"""A team's own rules: from a file that is trusted, from packages, and all that can be wrong with them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, action
from toolkit.app.ruleset import rules_of
from toolkit.app.validate import validate
from toolkit.core.diagnostics import Finding
from toolkit.workspace.load import open_workspace

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"
HEAD = """
from __future__ import annotations

from dataclasses import dataclass

from toolkit.rules import CrossRule, Example, PlacedRemark, Remark, Rule, Scene, Severity

FIELD = ("description",)

@dataclass
class Word:
    text: str

def says(definition):
    if Word("TODO").text in definition.description:
        yield Remark(FIELD, "the description is not written yet")

def made(**changes):
    fields = dict(
        id="ACME001", severity=Severity.ERROR, summary="A description is written.", why="People read it.",
        fix="Write it.", page="", kinds=("CustomAction",), check=says,
        wrong=Example("action", {"/description": "TODO"}), right=Example("action", {}),
    )
    return Rule(**{**fields, **changes})
"""
TODO = action("Hello", description="TODO")


@pytest.fixture
def team(desk: Desk) -> Desk:
    """A desk whose settings name a file of rules, and with a definition that one of them complains about."""
    desk.settings()
    settings = desk.root / "ajo.toml"
    settings.write_text(settings.read_text() + '[rules]\nlocal = "rules/team.py"\n')
    desk.write(TODO)
    return desk


def write(desk: Desk, rules: str, head: str = HEAD) -> None:
    file = desk.root / "rules" / "team.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(head + textwrap.dedent(rules))


def findings(desk: Desk, *, trust: bool = True) -> list[Finding]:
    return list(validate(open_workspace(desk.root), trust=trust))


def only(desk: Desk) -> Finding:
    (found,) = findings(desk)
    return found


def test_own_rules_find_what_is_wrong_as_ours_do(team: Desk) -> None:
    write(team, "RULES = [made()]")
    found = only(team)
    assert (found.code, found.severity.value, found.pointer, found.fix) == (
        *("ACME001", "error", "/description", "Write it."),
    )
    assert '"description"' in (team.root / found.file).read_text().splitlines()[found.line - 1]


def test_own_rules_are_chosen_and_allowed_as_ours_are(team: Desk) -> None:
    write(team, "RULES = [made()]")
    settings = team.root / "ajo.toml"
    settings.write_text(settings.read_text() + 'severity = { ACME001 = "warning" }\n')
    assert only(team).severity.value == "warning"
    allow = [{"rule": "ACME001", "at": "/description", "because": "It comes tomorrow."}]
    team.write({**TODO, "lifecycle": {"allow": allow}})
    assert findings(team) == []


def test_own_rules_look_at_several_definitions_too(team: Desk) -> None:
    write(
        team,
        """
        def twice(together):
            for found in together.actions[1:]:
                yield PlacedRemark(found.file, ("name",), "one action is enough")

        one = Example("action", {})
        other = Example("action", {"/name": "Other"})
        RULES = [CrossRule(
            id="ACME002", severity=Severity.WARNING, summary="One action.", why="So.", fix="Remove it.",
            page="", kinds=("CustomAction",), check=twice,
            wrong=Scene({"a.json": one, "b.json": other}), right=Scene({"a.json": one}),
        )]
        """,
    )
    assert findings(team) == []
    team.write(action("Second"))
    assert (only(team).code, only(team).file) == ("ACME002", "actions/team/Second.json")


def test_own_rules_are_listed_with_ours(team: Desk) -> None:
    write(team, "RULES = [made()]")
    ids = [rule.id for rule in rules_of(open_workspace(team.root), trust=True).rules]
    assert (ids[0], ids[-1]) == ("AJO200", "ACME001")


# Trust.


def test_without_trust_nothing_of_the_file_runs_and_a_warning_says_so(team: Desk) -> None:
    write(team, "open('ran', 'w').close()\nraise SystemExit(9)")
    (found,) = findings(team, trust=False)
    assert (found.code, found.severity.value, found.file) == ("AJO334", "warning", "ajo.toml")
    line = (team.root / "ajo.toml").read_text().splitlines()[found.line - 1]
    assert line == 'local = "rules/team.py"'


def test_without_trust_names_of_own_rules_are_not_taken_for_mistakes(team: Desk) -> None:
    write(team, "RULES = [made()]")
    settings = team.root / "ajo.toml"
    settings.write_text(settings.read_text() + 'ignore = ["ACME001", "AJO299"]\n')
    assert sorted(found.code for found in findings(team, trust=False)) == ["AJO330", "AJO334"]


def test_no_environment_variable_stands_for_trust(team: Desk) -> None:
    write(team, "raise SystemExit(9)")
    ran = team.process("validate", env=team.environment(AJO_TRUST="1", AJO_VALIDATE_TRUST="1"))
    assert (ran.exit, "AJO334" in ran.out) == (0, True)


def test_a_diff_goes_on_without_own_rules_and_warns(team: Desk) -> None:
    write(team, "RULES = [made()]")
    ran = team.ajo("diff")
    assert (ran.exit, "AJO334" in ran.err) == (0, True)
    assert team.ajo("diff", "--trust").exit == 3


def test_a_sync_does_not_go_past_own_rules(team: Desk) -> None:
    write(team, "RULES = [made()]")
    ran = team.ajo("sync", "--yes")
    assert (ran.exit, "AJO334" in ran.err, team.writes()) == (6, True, [])
    assert team.ajo("sync", "--yes", "--trust").exit == 3
    team.write(action("Hello"))
    assert team.ajo("sync", "--yes", "--trust").exit == 0


# What can be wrong with them.


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("RULES = [", "SyntaxError"),
        ("import not_there_at_all", "ModuleNotFoundError"),
        ("RULES = 1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("", "RULES is expected"),
        ("RULES = []", "RULES is expected"),
        ("RULES = 7", "RULES is expected"),
        ("RULES = ['x']", 'rule number 1 of rules/team.py: "str" is neither'),
        ("RULES = [made(id='AJO299')]", "its id must be"),
        ("RULES = [made(id='acme001')]", "its id must be"),
        ("RULES = [made(id=None)]", "its id must be"),
        ("RULES = [made(), made()]", "rule ACME001 of rules/team.py: its id is taken"),
        ("RULES = [made(severity='error')]", "its severity must be"),
        ("RULES = [made(why=' ')]", "its why must be"),
        ("RULES = [made(page=None)]", "its page must be"),
        ("RULES = [made(kinds=('Custom',))]", "its kinds must be"),
        ("RULES = [made(kinds=([],))]", "its kinds must be"),
        ("RULES = [made(kinds=())]", "its kinds must be"),
        ("RULES = [made(check=None)]", "its check must be"),
        ("RULES = [made(wrong=None)]", "its wrong must be an Example"),
        ("RULES = [made(wrong=made().right)]", "its wrong example has no finding"),
        ("RULES = [made(right=made().wrong)]", "its right example has a finding"),
        ("RULES = [made(right=Example('nothing', {}))]", "its right example can't be judged: KeyError"),
        ("RULES = [made(right=Example('action', {'/a': 1}))]", "can't be judged"),
        ("RULES = [made(check=lambda definition: 1 / 0)]", "its wrong example can't be judged"),
        ("RULES = [made(check=lambda definition: None)]", "its wrong example can't be judged"),
        ("RULES = [made(check=lambda definition: ['x'])]", "gave a str, not a Remark"),
        ("RULES = [made(check=lambda d: [Remark('a', 'x')])]", "the path of a remark"),
        ("RULES = [made(check=lambda d: [Remark((), 7)])]", "the message and the fix"),
    ],
)
def test_a_file_that_holds_no_rules_is_an_error_that_names_it(team: Desk, rules: str, words: str) -> None:
    write(team, rules)
    found = findings(team)
    assert {(each.code, each.severity.value, each.file) for each in found if each.code != "ACME001"} == {
        ("AJO332", "error", "rules/team.py")
    }
    assert any(words in each.message for each in found)
    assert team.ajo("validate", "--trust").exit == 3


def test_a_file_that_can_not_be_run_is_shown_with_the_line(team: Desk) -> None:
    write(team, "\n\nRULES = 1 / 0", head="")
    assert only(team).line == 3


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("rules/gone.py", "is not a file"),
        ("rules", "is not a file"),
        ("../outside.py", "leads outside"),
        ("actions/team/rules.py", "among the definitions"),
    ],
)
def test_a_file_that_is_not_where_it_may_be_is_an_error_at_the_setting(
    team: Desk, local: str, words: str
) -> None:
    write(team, "RULES = [made()]")
    for place in ("../outside.py", "actions/team/rules.py"):
        (team.root / place).write_text("RULES = []")
    settings = team.root / "ajo.toml"
    settings.write_text(settings.read_text().replace("rules/team.py", local))
    found = only(team)
    assert (found.code, found.file, words in found.message) == ("AJO332", "ajo.toml", True)


@pytest.mark.parametrize("raises", ["1 / 0", "exit(1)", "definition.nothing", "[7]", "None"])
def test_a_rule_that_fails_is_one_error_with_its_line_and_the_definition(team: Desk, raises: str) -> None:
    write(
        team,
        f"""
        def check(definition):
            if definition.name.startswith("Hello"):
                return {raises}
            return says(definition)

        RULES = [made(check=check)]
        """,
    )
    team.write(action("Hello2"))
    found = only(team)
    assert (found.code, found.severity.value, found.file) == ("AJO333", "error", "rules/team.py")
    assert 'rule ACME001 of rules/team.py failed on CustomAction "Hello"' in found.message
    if raises in ("1 / 0", "definition.nothing"):
        assert raises in (team.root / found.file).read_text().splitlines()[found.line - 1]


# Packages.


def install(folder: Path, value: str, module: str) -> None:
    info = folder / "acme_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[ajo.rules]\nacme = {value}\n")
    (folder / f"{value.partition(':')[0]}.py").write_text(module)


def test_rules_of_an_installed_package_are_run_without_asking(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", "acme_rules_a:RULES", HEAD + "RULES = (made(),)\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    desk.settings()
    desk.write(TODO)
    assert [found.code for found in findings(desk, trust=False)] == ["ACME001"]


@pytest.mark.parametrize(
    ("value", "module", "words"),
    [
        ("acme_rules_b:RULES", "RULES = 1 / 0\n", "can't be loaded: ZeroDivisionError"),
        ("acme_rules_c:NOTHING", "", "can't be loaded: AttributeError"),
        ("acme_rules_d:RULES", "RULES = []\n", "RULES is expected"),
    ],
)
def test_a_package_whose_rules_can_not_be_had_is_an_error_that_names_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, module: str, words: str
) -> None:
    install(tmp_path / "site", value, module)
    monkeypatch.syspath_prepend(tmp_path / "site")
    desk.settings()
    found = only(desk)
    assert (found.code, found.severity.value, found.file) == ("AJO332", "error", "ajo.toml")
    assert f"entry point acme of acme-rules ({value})" in found.message
    assert words in found.message


def test_the_rule_in_the_documentation_is_one(team: Desk) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    write(team, example, head="")
    assert only(team).code == "ACME001"
