"""The page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium.common.exceptions import JavascriptException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

import toolkit.emulator
from tests.emulator.browser import Browser, browser
from tests.emulator.conftest import Caller, connect, ok, token_of
from tests.emulator.samples import action, basic, capping, throttling
from toolkit.emulator import EmulatorConfig, RunningEmulator, start_emulator

pytestmark = pytest.mark.xdist_group("browser")
PAGE = Path(toolkit.emulator.__file__).parent / "page"
HOSTILE = (
    "<script>window.struck = 1</script>",
    '"><img src=x onerror="window.struck = 1">',
    "javascript:window.struck=1",
    "\u202e\u2066gnp.exe\u200b",
    "${window.struck = 1}{{7*7}}",
    "wide " + "x" * 10_000,
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as made:
        yield made


@pytest.fixture(scope="module")
def running() -> Iterator[RunningEmulator]:
    with start_emulator() as started:
        yield started


@pytest.fixture
def caller(running: RunningEmulator) -> Iterator[Caller]:
    made = connect(running, "dev")
    yield made
    ok(made.admin("reset", {}))
    made.http.close()


@pytest.fixture
def page(shown: Browser, caller: Caller) -> Browser:
    """The page with the token, at the sandbox `dev`, a wide window."""
    shown.driver.set_window_size(1300, 900)
    shown.driver.get("about:blank")
    shown.driver.get(caller.running.page_url)
    assert shown.shows("#status", "Live")
    assert shown.complaints() == []
    return shown


def seed(caller: Caller, **counts: int) -> None:
    nothing = {"actions": 0, "cappings": 0, "journeys": 0}
    ok(caller.admin("seed", {"sandbox": "dev", **nothing, **counts}))


def wide(page: Browser) -> bool:
    """Whether something makes the page wider than its window."""
    script = "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(page.driver.execute_script(script))


def test_the_token_leaves_the_address_and_no_request_carries_it(page: Browser, caller: Caller) -> None:
    assert page.driver.current_url == f"{caller.running.ims_url}/"
    page.driver.refresh()
    assert page.shows("#status", "Live")
    assert caller.running.admin_token not in caller.admin("requests?bodies=true").text
    assert caller.running.admin_token not in page.driver.page_source


def test_without_the_right_token_the_page_asks_for_one_and_shows_nothing(
    page: Browser, caller: Caller
) -> None:
    page.driver.execute_script("sessionStorage.clear()")
    page.driver.refresh()
    field = page.one("#token")
    assert page.texts("#tables, #entries, #sandbox") == ["", "", ""]
    field.send_keys("wrong", Keys.ENTER)
    assert page.shows("#status", "This token is not the emulator's.")
    page.one("#token").send_keys(caller.running.admin_token, Keys.ENTER)
    assert page.shows("#status", "Live")
    page.one("#entries")
    page.complaints()  # of the answers 401


def test_an_empty_sandbox_says_what_to_do_until_something_is_there(page: Browser, caller: Caller) -> None:
    assert "ajo emulator seed dev" in page.one("#empty").text
    seed(caller, actions=3, cappings=2, journeys=4)
    assert page.shows("#actions h2", "(10)")
    assert page.shows("#endpointConfigs h2", "(2)")
    assert page.shows("#journeys h2", "(4)")
    assert not page.one("#main").find_element("id", "empty").is_displayed()


def test_the_palette_says_which_journeys_use_an_action_and_whether_they_run(
    page: Browser, caller: Caller
) -> None:
    caller.create("actions", action(name="Welcome"))
    caller.add_journey(status="Deployed", name="Greeting", nodes=[{"type": "action", "name": "Welcome"}])
    assert page.shows("#actions tbody tr:first-child", "Greeting · Deployed")
    assert page.texts("#actions tbody tr:first-child td")[0] == "custom"
    assert page.shows("#journeys tbody tr", "Welcome")


def test_limits_are_shown_with_their_state(page: Browser, caller: Caller) -> None:
    uids = [caller.create("endpointConfigs", capping(url=f"https://{name}.example/*")) for name in "abc"]
    for uid in uids[:2]:
        caller.post(f"endpointConfigs/{uid}/deploy")
    caller.put(f"endpointConfigs/{uids[1]}", capping(url="https://b.example/*", methods=["PUT"]))
    assert page.shows("#endpointConfigs", "deployed, edited since")
    states = page.texts("#endpointConfigs td:nth-child(2)")
    assert states == ["not deployed", "deployed, edited since", "deployed"]
    assert page.shows("#endpointConfigs", "action: 500 calls in 1,000 ms, 50 connections")


def test_another_sandbox_is_a_choice_away(page: Browser, caller: Caller) -> None:
    ok(caller.post("throttlingConfigs", throttling(), headers={"x-sandbox-name": "prod"}))
    assert page.texts("#throttlingConfigs") == []
    Select(page.one("#sandbox")).select_by_index(0)
    assert page.shows("#throttlingConfigs", "4,000 calls a second")


def test_the_log_is_live_and_shows_what_was_sent_without_secrets(page: Browser, caller: Caller) -> None:
    caller.post("actions?api_key=query-secret", action(name="Seen", authentication=basic("body-secret")))
    assert page.shows("#entries tr:first-child", "POST /journey/orchestration/actions?api_key=********")
    page.one("#entries tr:first-child button").click()
    assert page.shows("#entries pre", '"name": "Seen"')
    assert page.one("#entries button").get_attribute("aria-expanded") == "true"
    assert "-secret" not in page.driver.page_source
    page.one("#entries tr:first-child button").click()
    page.wait(lambda: page.texts("#entries pre") == [])


def test_a_log_that_is_not_live_stays_as_it_is(page: Browser, caller: Caller) -> None:
    token_of(caller.running)
    assert page.shows("#entries tr:first-child", "/ims/token/v3")
    page.one("#live").click()
    assert page.shows("#status", "Paused")
    before = page.texts("#entries tr")
    caller.get("actions/while-paused")
    assert page.texts("#entries tr") == before
    page.one("#live").click()
    assert page.shows("#entries tr:first-child", "actions/while-paused")


def test_what_a_hostile_caller_wrote_is_text(page: Browser, caller: Caller) -> None:
    for number, text in enumerate(HOSTILE):
        caller.create("actions", action(name=f"a{number}", description=text))
        caller.add_journey(id=f"j{number}", name=text, nodes=[{"type": "action", "name": f"a{number}"}])
        caller.get(f"actions/{httpx.QueryParams({'x': text})}?{httpx.QueryParams({text[:50]: text})}")
    assert page.shows("#journeys h2", f"({len(HOSTILE)})")
    cells = page.texts("#actions td:nth-child(4) bdi")
    assert sorted(cells) == sorted(HOSTILE)
    for button in page.all("#entries button")[:3]:
        button.click()
    page.wait(lambda: len(page.texts("#entries pre")) == 6)
    assert page.driver.execute_script("return window.struck") is None
    assert page.texts("main script, main img, main a, main [onerror]") == []
    assert not wide(page)
    assert page.complaints() == []


def test_even_a_mistake_of_the_page_could_not_run_what_a_caller_wrote(page: Browser) -> None:
    with pytest.raises(JavascriptException, match="TrustedHTML"):
        page.driver.execute_script("document.body.innerHTML = '<p>x</p>'")
    page.driver.execute_script(
        "const policy = trustedTypes.createPolicy('test', { createHTML: (text) => text });"
        "document.getElementById('hints').innerHTML = policy.createHTML("
        '\'<img src="data:x" onerror="window.struck = 1"><p style="color: red">x</p>\')'
    )
    blocked = page.wait(page.complaints)
    assert any("event handler" in message for message in blocked + page.complaints())
    assert page.driver.execute_script("return window.struck") is None


def test_a_long_list_comes_in_pages(page: Browser, caller: Caller) -> None:
    seed(caller, actions=120)
    assert page.shows("#actions .quiet", "1 to 50")
    for seen in ("51 to 100", "101 to 127"):
        next(one for one in page.all("#actions button") if one.text == "Next").click()
        assert page.shows("#actions .quiet", seen)
    assert len(page.texts("#actions tbody tr")) == 27
    assert not page.all("#actions button")[1].is_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_shows_it_all_in_either_scheme(page: Browser, caller: Caller, scheme: str) -> None:
    seed(caller, actions=3, cappings=2, journeys=4)
    assert page.shows("#actions h2", "(10)")
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    page.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 360, "height": 700, "deviceScaleFactor": 1, "mobile": False},
    )
    try:
        assert not wide(page)
        script = "const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"
        ink, paper = (sum(map(int, colour[4:-1].split(","))) for colour in page.driver.execute_script(script))
        assert (ink > paper) == (scheme == "dark")
        assert abs(ink - paper) > 400
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_everything_that_can_be_used_has_a_name_and_is_reached_by_keyboard(
    page: Browser, caller: Caller
) -> None:
    seed(caller, actions=60, journeys=1)
    assert page.shows("#actions .quiet", "1 to 50")
    nodes: list[dict[str, Any]] = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = ("button", "checkbox", "combobox", "textbox", "table", "region")
    named = [
        (node["role"]["value"], node.get("name", {}).get("value"))
        for node in nodes
        if not node.get("ignored") and node["role"]["value"] in roles
    ]
    assert {role for role, _ in named} >= {"button", "checkbox", "combobox", "table", "region"}
    assert [role for role, name in named if not name] == []
    reached = []
    page.driver.execute_script("document.activeElement.blur()")
    for _ in range(6):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        focused = page.driver.switch_to.active_element
        reached.append(focused.get_attribute("id") or focused.text)
    assert reached[:3] == ["sandbox", "down", "Next"]
    assert {"live", "only"} <= set(reached)


def test_an_emulator_that_is_gone_is_said_and_its_follower_asks_for_a_token(shown: Browser) -> None:
    with start_emulator() as first:
        port = int(first.ims_url.rpartition(":")[2])
        shown.driver.get(first.page_url)
        assert shown.shows("#status", "Live")
    assert shown.shows("#status", "does not answer")
    with start_emulator(EmulatorConfig(port=port)):
        assert shown.shows("#status", "not the emulator's")
        shown.one("#token")
    shown.driver.get("about:blank")
    shown.complaints()


def test_every_part_of_the_page_is_served_with_what_a_browser_must_forbid(running: RunningEmulator) -> None:
    paths = ["/", *(f"/_ui/{file.name}" for file in PAGE.iterdir() if file.name != "index.html")]
    assert len(paths) == 7
    for path in paths:
        answer = httpx.get(f"{running.ims_url}{path}")
        assert answer.status_code == 200
        policy = dict(
            part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert {policy[key] for key in ("base-uri", "form-action", "frame-ancestors")} == {"'none'"}
        assert {policy[f"{key}-src"] for key in ("script", "style", "connect", "img")} == {"'self'"}
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_no_part_of_the_page_makes_markup_of_text_or_asks_another_host() -> None:
    sinks = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "eval(",
        "Function(",
    )
    for file in PAGE.iterdir():
        text = file.read_text(encoding="utf-8")
        assert [sink for sink in sinks if sink in text] == []
        assert "style=" not in text
        assert "//" not in text.replace("http://www.w3.org/2000/svg", "").replace("// ", "")


def test_the_page_itself_holds_no_data(running: RunningEmulator, caller: Caller) -> None:
    seed(caller, actions=1)
    assert httpx.get(f"{running.ims_url}/").content == (PAGE / "index.html").read_bytes()


@pytest.mark.parametrize(
    "query", ["limit=5&kind=actions", "limit=5&sandbox=dev&kind=other", "sandbox=dev&kind=actions&limit=x"]
)
def test_a_malformed_question_for_contents_is_400(caller: Caller, query: str) -> None:
    organisation = caller.running.organisation
    assert caller.admin(f"contents?organisation={organisation}&offset=0&{query}").status_code == 400
