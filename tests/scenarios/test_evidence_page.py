"""What docs/evidence.md shows is what the tool prints."""

from __future__ import annotations

import re
import shlex
import shutil

import pytest

from tests.cli.test_exercise import lead_to_stand_ins
from tests.scenarios.desk import REPOSITORY, Desk
from toolkit.model.evidence_format import evidence_schema

PAGE = (REPOSITORY / "docs/evidence.md").read_text(encoding="utf-8")
SHOWN = re.findall(
    r"^\$ ajo ([^\n]*)\n(.*?)(?=^\$ |^```)",
    "".join(re.findall(r"^```console\n.*?^```", PAGE, re.MULTILINE | re.DOTALL)),
    re.MULTILINE | re.DOTALL,
)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """The definition that the page is about, and a target of the page's name that demands evidence."""
    shutil.copytree(REPOSITORY / "actions/slack", desk.root / "actions/slack")
    for limit in desk.root.glob("actions/slack/*.capping.json"):
        limit.unlink()
    lead_to_stand_ins(desk, evidence="required", evidence_days=30)
    file = desk.root / "ajo.toml"
    file.write_text(
        file.read_text().replace('"here"', '"stage"').replace("[targets.here]", "[targets.stage]")
    )
    return desk


def comparable(text: str, desk: Desk) -> list[str]:
    text = text.replace(f"sandbox {desk.sandbox} ", "sandbox dev ")
    text = re.sub(r"in \d+ ms", "in 14 ms", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "2026-11-25 11:30 UTC", text).splitlines()


def test_the_commands_of_the_page_print_what_it_shows(shop: Desk) -> None:
    exits = []
    for command, shown in SHOWN:
        ran = shop.ajo(*shlex.split(command))
        exits.append(ran.exit)
        said = iter(comparable(ran.out + ran.err, shop))
        expected = shown.splitlines()
        is_whole = "…" not in expected
        assert [line for line in expected if line != "…" and line not in said] == [], ran
        assert not is_whole or list(said) == []
    assert exits == [6, 0, 0]


def test_the_settings_of_the_page_are_read(shop: Desk) -> None:
    found = re.search(r"```toml\n\[tool.ajo.targets.stage\]\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    file = shop.root / "ajo.toml"
    file.write_text(
        re.sub("evidence-days = 30\n|evidence = .*\n", "", file.read_text()).replace(
            "[targets.stage]\n", f"[targets.stage]\n{found[1]}"
        )
    )
    assert "AJO302" not in shop.ajo("validate").out
    assert shop.ajo("diff", "--fail-blocked").exit == 6


def test_the_page_names_every_code_of_evidence() -> None:
    assert {"AJO640", "AJO641", "AJO642", "AJO643", "AJO707"} <= set(re.findall(r"AJO\d+", PAGE))


def test_what_a_record_holds_is_on_the_page() -> None:
    fields = set(evidence_schema()["properties"]) - {"format", "version", "digest"}
    told = {
        "kind": "which action", "action": "which action", "target": "target", "organisation": "organisation",
        "sandbox": "sandbox", "definition": "a digest of the version", "exercisedAt": "when, in UTC",
        "tool": "the version of `ajo`", "method": "method", "url": "URL",
        "answeredBy": "host of what answered",
        "standIn": "stand-in", "status": "the status", "retries": "retries", "filled": "places of the values",
        "isChecked": "response", "missing": "which fields did not come", "extra": "how many came beside",
        "seen": "what the journey could read", "took": "milliseconds",
    }  # fmt: skip
    assert fields == set(told)
    assert [words for words in told.values() if words not in PAGE] == []
