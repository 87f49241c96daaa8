"""Several targets at once: what a sync would do to each, and what tells two of them apart."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.scenarios.desk import Desk, action, capping
from toolkit.app.targets import AT_ONCE
from toolkit.cli.main import run


@pytest.fixture
def both(desk: Desk, desk_numbers: Iterator[int]) -> Desk:
    """Two sandboxes with values of their own; one action is for the first of them alone."""
    other = f"desk-{next(desk_numbers):03}"
    (desk.root / "ajo.toml").write_text(
        f"[targets.dev]\n{desk.target_lines({'host': 'dev.example.com'})}"
        f"[targets.prod]\n{desk.target_lines({'host': 'prod.example.com'}, sandbox=other)}"
    )
    endpoint = {"method": "POST", "url": "https://${host}/v1"}
    desk.write(action("Both", endpoint=endpoint))
    desk.write(action("Dev", endpoint=endpoint, lifecycle={"targets": ["dev"]}))
    desk.write({**capping("api", "x"), "url": "https://${host}/*"})
    return desk


def cells(document: Any) -> dict[str, dict[str, str]]:
    return {row["name"]: row["targets"] for row in document["resources"]}


def test_a_row_for_each_resource_says_what_becomes_of_it_in_each_target(both: Desk) -> None:
    assert both.ajo("sync", "--yes", "--target", "dev").exit == 0
    ran = both.ajo("diff", "--all-targets", "--json")
    document = ran.json()
    assert (ran.exit, document["format"], document["version"], document["complete"]) == (
        0,
        "ajo-plans",
        1,
        True,
    )
    assert cells(document) == {
        "Both": {"dev": "unchanged", "prod": "create"},
        "Dev": {"dev": "unchanged", "prod": "not for it"},
        "api": {"dev": "unchanged", "prod": "create"},
    }
    assert [len(each["plan"]["steps"]) for each in document["targets"]] == [0, 2]
    assert both.ajo("diff", "--all-targets", "--exit-code").exit == 2


def test_the_table_stands_before_the_plans(both: Desk) -> None:
    lines = both.ajo("diff", "--all-targets").out.splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["dev", "prod"],
        ["custom", "action", "Both", "create", "create"],
        ["custom", "action", "Dev", "create", "not", "for", "it"],
        ["capping", "api", "create", "create"],
    ]
    assert [line for line in lines if line.startswith("Target ")] != []
    page = both.ajo("diff", "--all-targets", "--format", "markdown").out
    assert page.startswith("| resource | `dev` | `prod` |\n| --- | --- | --- |\n")
    assert "| custom action `Dev` | **create** | not for it |" in page


def test_a_target_that_can_not_be_read_does_not_stop_the_others(both: Desk) -> None:
    settings = both.root / "ajo.toml"
    dev, prod = settings.read_text().split("[targets.prod]")
    dead = prod.replace("/journey/orchestration", "/nowhere")
    settings.write_text(f"{dev}[targets.prod]{dead}")
    ran = both.ajo("diff", "--all-targets", "--json")
    document = ran.json()
    assert (ran.exit, document["complete"]) == (5, False)
    assert cells(document)["Both"] == {"dev": "create", "prod": "unknown"}
    assert [(each["plan"] is None, (each["error"] or {}).get("code")) for each in document["targets"]] == [
        (False, None),
        (True, "AJO504"),
    ]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_column_of_a_target_without_its_secret_says_why(both: Desk, form: str) -> None:
    settings = both.root / "ajo.toml"
    dev, prod = settings.read_text().split("[targets.prod]")
    settings.write_text(f"{dev}[targets.prod]{prod.replace('made-up', 'environment')}")
    ran = both.ajo("diff", "--all-targets", "--format", form)
    why = ("AJO307", "not read", "unknown", "create")
    assert (ran.exit, [word in ran.out for word in why]) == (5, [True] * 4)


class Meeting:
    """A token endpoint that refuses everybody, once `expected` are there at a time; counts who is."""

    def __init__(self, expected: int) -> None:
        self.barrier = threading.Barrier(expected, timeout=20)
        self.lock, self.here, self.most = threading.Lock(), 0, 0

    def refuse(self) -> None:
        with self.lock:
            self.here += 1
            self.most = max(self.most, self.here)
        self.barrier.wait()
        with self.lock:
            self.here -= 1


@pytest.fixture
def meeting() -> Iterator[tuple[str, Meeting]]:
    """A service where targets meet; its address."""
    met = Meeting(AT_ONCE)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            met.refuse()
            self.send_error(401)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", met
        server.shutdown()
        thread.join()


def test_targets_are_read_several_at_a_time_and_no_more(desk: Desk, meeting: tuple[str, Meeting]) -> None:
    url, met = meeting
    lines = desk.target_lines(ims_url=url)
    names = [f"t{number}" for number in range(2 * AT_ONCE)]
    (desk.root / "ajo.toml").write_text("".join(f"[targets.{name}]\n{lines}" for name in names))
    document = desk.ajo("diff", "--all-targets", "--json").json()
    assert [each["target"] for each in document["targets"]] == names
    assert {each["error"]["code"] for each in document["targets"]} == {"AJO401"}
    assert (met.barrier.broken, met.most) == (False, AT_ONCE)


def test_broken_definitions_stop_all_of_them_before_anything_is_read(both: Desk) -> None:
    (both.root / "actions/team/Broken.json").write_text("{")
    before = len(both.requests())
    assert (both.ajo("diff", "--all-targets").exit, len(both.requests())) == (3, before)


def test_files_are_compared_with_the_values_of_either_target_and_nothing_is_asked(both: Desk) -> None:
    before = len(both.requests())
    ran = both.ajo("compare", "dev", "prod", "--json", "--exit-code")
    document = ran.json()
    found = {each["name"]: each for each in document["resources"]}
    assert (ran.exit, document["format"], document["live"], document["same"]) == (
        2,
        "ajo-compare",
        False,
        False,
    )
    assert found["Both"]["differences"] == [
        {
            "pointer": "/endpoint/url",
            "left": "https://dev.example.com/v1",
            "right": "https://prod.example.com/v1",
        }
    ]
    assert (found["Dev"]["inLeft"], found["Dev"]["inRight"]) == (True, False)
    assert len(both.requests()) == before


def test_sandboxes_are_compared_as_they_are(both: Desk) -> None:
    for target in ("dev", "prod"):
        assert both.ajo("sync", "--yes", "--target", target).exit == 0
    text = both.ajo("compare", "dev", "prod", "--live").out
    assert "custom action Dev: only in dev" in text
    assert 'url: "https://dev.example.com/*" → "https://prod.example.com/*"' in text
    assert text.splitlines()[-1] == "2 resources with differences, 0 without; 1 only in dev, 0 only in prod."
    page = both.ajo("compare", "dev", "prod", "--live", "--format", "markdown").out
    assert '| `endpoint.url` | `"https://dev.example.com/v1"` | `"https://prod.example.com/v1"` |' in page


def test_masks_are_never_compared(both: Desk) -> None:
    key = {"type": "apiKey", "name": "X-Key", "value": "${secret:team/key}", "location": "header"}
    both.write(action("Key", authentication=key))
    for target in ("dev", "prod"):
        assert both.ajo("sync", "--yes", "--target", target).exit == 0
    document = both.ajo("compare", "dev", "prod", "--live", "--json").json()
    (found,) = (each for each in document["resources"] if each["name"] == "Key")
    assert (found["differences"], found["hidden"]) == ([], ["/authentication/value"])


def test_a_target_beside_itself_is_the_same(both: Desk) -> None:
    ran = both.ajo("compare", "dev", "dev", "--exit-code")
    assert (ran.exit, ran.out.splitlines()[-1]) == (
        0,
        "0 resources with differences, 3 without; 0 only in dev, 0 only in dev.",
    )


@pytest.mark.parametrize("names", [("dev", "live"), ("live", "dev")])
def test_an_unknown_target_is_named(both: Desk, names: tuple[str, str]) -> None:
    ran = both.ajo("compare", *names)
    assert (ran.exit, '"live" is not a target; there are: dev, prod' in ran.err) == (3, True)


def test_all_targets_of_none_is_a_mistake(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.root / "ajo.toml").write_text("")
    assert run(["-C", str(desk.root), "diff", "--all-targets"]) == 3
    assert "AJO303" in capsys.readouterr().err
