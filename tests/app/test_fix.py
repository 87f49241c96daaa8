"""Mends that need nobody's judgement: the finding goes, and nothing else changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import damaged, definitions
from tests.rules.test_any_definition import documents
from toolkit.app.fix import Fixed, fixed_file, fixes, write
from toolkit.app.validate import validate
from toolkit.core.canonical import dump_json, parse_json
from toolkit.core.diagnostics import Finding
from toolkit.model.document import comparable
from toolkit.rules import Example, check_definition
from toolkit.rules.examples import REMOVED
from toolkit.workspace.load import open_workspace, read_definition

FILE = "actions/loyalty/LoyaltyWelcome.json"
CHANGE_WHAT_IS_SENT = {"AJO212", "AJO215", "AJO223", "AJO224", "AJO226", "AJO233"}
"""Codes whose mend is to send something else; no other mend may."""


def findings_of(content: bytes, file: str = FILE) -> list[Finding]:
    item, findings = read_definition(file, content)
    if item is None:
        return findings
    return [item.source.finding(problem) for problem in check_definition(item.definition)]


def fixed(content: str | bytes, file: str = FILE) -> Fixed | None:
    raw = content.encode() if isinstance(content, str) else content
    return fixed_file(file, raw, findings_of(raw, file))


def text_of(base: str, changes: dict[str, Any]) -> str:
    return dump_json(Example(base, changes).document()) + "\n"


URL = "/endpoint/url"
HOST = "https://api.loyalty.example"
ENDPOINT = {"method": "POST", "url": f"{HOST}/v2/messages"}
SCHEMA = "../../schemas/v1/custom-action.schema.json"

ONE_RIGHT_MEND = [
    pytest.param("AJO101", "action", {"/kind": "customaction"}, {}, id="the case of a kind"),
    pytest.param(
        "AJO103",
        "action",
        {"/endpoint": {"method": "POST", "Url": ENDPOINT["url"]}},
        {},
        id="the case of a name",
    ),
    pytest.param(
        "AJO103",
        "throttling",
        {"/maxThroughput": REMOVED, "/max_throughput": 400},
        {"/maxThroughput": 400},
        id="the underscores of a name",
    ),
    pytest.param("AJO104", "action", {"/formatVersion": REMOVED}, {}, id="no format version"),
    pytest.param("AJO104", "action", {"/$schema": REMOVED}, {}, id="no schema"),
    pytest.param("AJO105", "action", {"/lifecycle": None}, {}, id="a null that stands for nothing"),
    pytest.param("AJO105", "action", {"/description": None}, {"/description": REMOVED}, id="a null text"),
    pytest.param("AJO105", "action", {"/allowNullValues": None}, {}, id="a null where a default is"),
    pytest.param("AJO106", "action", {"/endpoint/method": "post"}, {}, id="the case of a method"),
    pytest.param("AJO106", "capping", {"/methods": ["post"]}, {}, id="the case of a limit's method"),
    pytest.param(
        "AJO206", "campaign", {"/$schema": "../../schemas/v1/custom-action.schema.json"}, {}, id="a schema"
    ),
    pytest.param("AJO212", "action", {URL: f"{HOST}./v2/messages"}, {}, id="a host's final dot"),
    pytest.param("AJO215", "action", {URL: f"{HOST}/v2/messages#"}, {}, id="an empty fragment"),
    pytest.param("AJO215", "action", {URL: f"{HOST}/v2/messages?"}, {}, id="an empty query"),
    pytest.param(
        "AJO215",
        "action",
        {URL: f"{HOST}/v2/messages?lang=en&v=2"},
        {"/endpoint/query": {"lang": "en", "v": "2"}},
        id="a plain query",
    ),
    pytest.param(
        "AJO215",
        "action",
        {URL: f"{HOST}/v2/messages?lang=en&v=2", "/endpoint/query": {"source": "journey"}},
        {"/endpoint/query": {"source": "journey", "lang": "en", "v": "2"}},
        id="a plain query beside others",
    ),
    pytest.param("AJO223", "action", {"/endpoint/headers/Charset": "utf8"}, {}, id="a spelling of UTF-8"),
    pytest.param(
        "AJO223",
        "action",
        {"/endpoint/headers": {"X-Locale": "en", "charset": "utf-8"}},
        {"/endpoint/headers": {"X-Locale": "en"}},
        id="a spelling of UTF-8 beside others",
    ),
    pytest.param(
        "AJO224",
        "action",
        {"/endpoint/headers": {"X-Locale": "en", "x-locale": "en"}},
        {"/endpoint/headers": {"X-Locale": "en"}},
        id="a header that says the same twice",
    ),
    pytest.param(
        "AJO226",
        "action",
        {"/endpoint/headers/X-Locale": " en\t"},
        {"/endpoint/headers/X-Locale": "en"},
        id="blanks around a header",
    ),
    pytest.param(
        "AJO233",
        "action",
        {"/allowNullValues": True, "/request/tags": [1, None, 2]},
        {"/allowNullValues": True, "/request/tags": [1, 2]},
        id="a null in an array",
    ),
]

SOMEBODY_HAS_TO_CHOOSE = [
    pytest.param("AJO103", {"/Url": "x"}, id="a name that is none here"),
    pytest.param("AJO103", {"/endpoint/URL": "https://other.example/"}, id="both names"),
    pytest.param(
        "AJO103",
        {"/endpoint": {"method": "POST", "Url": "https://a.example/", "URL": "https://b.example/"}},
        id="two that could be meant",
    ),
    pytest.param("AJO106", {"/endpoint/method": "PATCH"}, id="another word"),
    pytest.param("AJO105", {"/name": None}, id="a null that is needed"),
    pytest.param("AJO203", {"/lifecycle": {"previousName": "LoyaltyWelcome"}}, id="a name or another"),
    pytest.param("AJO215", {URL: f"{HOST}/v2#intro"}, id="a fragment that says something"),
    pytest.param("AJO215", {URL: f"{HOST}/v2?name=a%20b"}, id="an escaped query"),
    pytest.param("AJO215", {URL: f"{HOST}/v2?flag"}, id="a parameter without a value"),
    pytest.param("AJO215", {URL: f"{HOST}/v2?a=1&a=2"}, id="a parameter twice"),
    pytest.param("AJO215", {URL: f"{HOST}/v2?a=1", "/endpoint/query/a": "2"}, id="a parameter there is"),
    pytest.param("AJO216", {URL: "https://api.loyalty.example:80/v2"}, id="a port or a scheme"),
    pytest.param("AJO223", {"/endpoint/headers/Charset": "ISO-8859-1"}, id="another charset"),
    pytest.param("AJO224", {"/endpoint/headers": {"A": "1", "a": "2"}}, id="two values"),
    pytest.param("AJO226", {"/endpoint/headers/X-Team": "Zürich"}, id="a letter outside ASCII"),
    pytest.param("AJO233", {"/allowNullValues": True, "/request/a": [None, None]}, id="nulls alone"),
]


@pytest.mark.parametrize(("code", "base", "wrong", "right"), ONE_RIGHT_MEND)
def test_the_one_right_mend_is_made(
    code: str, base: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    text = text_of(base, wrong)
    assert [(found.code, found.is_fixable) for found in findings_of(text.encode()) if found.code == code]
    done = fixed(text)
    assert done is not None
    assert {found.code for found in done.findings} == {code}
    assert done.after == text_of(base, right)


@pytest.mark.parametrize(("code", "changes"), SOMEBODY_HAS_TO_CHOOSE)
def test_what_somebody_has_to_choose_is_left_alone(code: str, changes: dict[str, Any]) -> None:
    text = text_of("action", changes)
    assert code in {found.code for found in findings_of(text.encode())}
    assert fixed(text) is None


def test_every_mend_that_a_rule_offers_is_in_the_table() -> None:
    """A rule that learns to mend is to show it here: its wrong examples are asked."""
    from toolkit.rules import RULES

    tried = {code for param in ONE_RIGHT_MEND for code in [param.values[0]]}
    examples = [text_of(rule.wrong.base, dict(rule.wrong.changes)) for rule in RULES]
    offered = {found.code for text in examples for found in findings_of(text.encode()) if found.is_fixable}
    assert offered <= tried


def test_layout_order_and_the_spelling_of_numbers_stay_the_authors() -> None:
    text = (
        '{"name":"Hello",   "kind": "CustomAction",\r\n\t"$schema": "SCHEMA", "formatVersion": 1,\r\n'
        '"request" : {"b": 2.50, "a" : 1e2 , "\\u00e9":"\\u0041"},\r\n'
        '   "endpoint": {"Method": "Post" , "url": "https://api.example.com/"} }'
    ).replace("SCHEMA", SCHEMA)
    done = fixed(text, "actions/x/Hello.json")
    assert done is not None
    assert done.after == text.replace('"Method": "Post"', '"method": "POST"')


def test_a_missing_head_is_written_in_the_order_of_the_format() -> None:
    text = text_of("capping", {"/$schema": REMOVED, "/formatVersion": REMOVED})
    done = fixed(text, "actions/a/deep/loyalty-api.capping.json")
    assert done is not None
    schema = "../../../schemas/v1/endpoint-config.schema.json"
    assert done.after == text_of("capping", {"/$schema": schema})


def test_what_shows_only_once_the_structure_is_right_is_mended_in_the_same_run() -> None:
    text = text_of("action", {"/kind": "CUSTOMACTION", "/description": None, URL: f"{HOST}./v2?a=b#"})
    done = fixed(text)
    assert done is not None
    assert [found.code for found in done.findings] == ["AJO101", "AJO105", "AJO212", "AJO215", "AJO215"]
    assert findings_of(done.after.encode()) == []


def test_a_field_under_a_wrong_name_is_renamed_although_it_has_faults_inside() -> None:
    text = text_of("action", {"/endpoint": REMOVED, "/Endpoint": {"Method": "post", "url": 7}})
    done = fixed(text)
    assert done is not None
    assert '"endpoint": {\n    "method": "POST",\n    "url": 7' in done.after
    assert [found.code for found in findings_of(done.after.encode())] == ["AJO105"]


def test_a_mend_that_would_bring_another_finding_is_not_made() -> None:
    """Moved into the query, the parameter would be a credential in the open."""
    text = text_of("action", {URL: f"{HOST}/v2?api_token=abc123"})
    assert findings_of(text.encode())[0].is_fixable
    assert fixed(text) is None


def test_one_mend_that_can_not_be_made_does_not_keep_the_others_away() -> None:
    text = text_of("action", {URL: f"{HOST}/v2?api_token=abc123", "/endpoint/headers/X-A": " a"})
    done = fixed(text)
    assert done is not None
    assert [found.code for found in done.findings] == ["AJO226"]
    assert "?api_token=abc123" in done.after


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": " Bearer ${secret:a/b}"},
        {"X-Auth": "${secret:a/b} "},
        {"X-Token": " abc"},
        {"X-Auth": "${secret:a/b}", "x-auth": "${secret:a/b}"},
    ],
)
def test_nothing_near_a_credential_is_mended(headers: dict[str, str]) -> None:
    text = text_of("action", {"/endpoint/headers": headers})
    assert {found.code for found in findings_of(text.encode())} & {"AJO224", "AJO226"}
    assert fixed(text) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_with_a_byte_order_mark_becomes_utf_8(encoding: str) -> None:
    text = text_of("action", {"/description": "Grüße, 漢字"})
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    done = fixed(marks.get(encoding, b"") + text.encode(encoding))
    assert done is not None
    assert (done.after, done.before_text) == (text, text)


@pytest.mark.parametrize(
    "content",
    [
        "Grüße".encode("latin-1"),
        b"\xff\xfe\x00\xd8\x00\x00",
        b"\xff\xfea",
        text_of("action", {}).encode("utf-32"),
    ],
)
def test_an_encoding_that_is_not_certain_is_left_alone(content: bytes) -> None:
    assert [found.code for found in findings_of(content)] == ["AJO001"]
    assert fixed(content) is None


def test_a_key_that_says_the_same_twice_stays_once() -> None:
    text = text_of("action", {})
    once = '  "name": "LoyaltyWelcome",\n'
    done = fixed(text.replace(once, once + '  "name" : "LoyaltyWelcome",\n'))
    assert done is not None
    assert done.after == text


@pytest.mark.parametrize("other", ['"Other"', "1", '["LoyaltyWelcome"]'])
def test_a_key_that_says_two_things_is_left_alone(other: str) -> None:
    text = text_of("action", {}).replace('"name":', f'"name": {other},\n  "name":')
    assert [found.code for found in findings_of(text.encode())] == ["AJO003"]
    assert fixed(text) is None


def test_a_minus_before_zero_goes() -> None:
    text = text_of("action", {"/request/points": 12345})
    done = fixed(text.replace("12345", "-0"))
    assert done is not None
    assert done.after == text.replace("12345", "0")


def test_a_key_that_says_the_same_many_times_stays_once() -> None:
    text = text_of("action", {})
    done = fixed(text.replace('"kind"', '"name": "LoyaltyWelcome",\n  ' * 12 + '"kind"', 1))
    assert done is not None
    assert done.after.count('"LoyaltyWelcome"') == 1
    assert len(done.findings) == 12


def test_more_repeats_than_are_listed_are_fewer_after_a_fix_and_counted_as_what_went() -> None:
    text = text_of("action", {}).replace('"kind"', '"name": "LoyaltyWelcome",\n  ' * 250 + '"kind"', 1)
    done = fixed(text)
    assert done is not None
    assert done.after.count('"LoyaltyWelcome"') == 251 - len(done.findings)


def test_hundreds_of_mends_in_one_file_are_made_in_few_rounds() -> None:
    text = text_of("action", {"/allowNullValues": True, "/request/tags": [1, None] * 300})
    done = fixed(text)
    assert done is not None
    assert len(done.findings) == 300
    assert findings_of(done.after.encode()) == []


def _workspace(root: Path, text: str) -> Path:
    (root / "ajo.toml").write_text("")
    path = root / FILE
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_a_file_that_changed_since_it_was_read_is_not_overwritten(tmp_path: Path) -> None:
    path = _workspace(tmp_path, text_of("action", {"/lifecycle": None}))
    workspace = open_workspace(tmp_path)
    (found,) = fixes(workspace, validate(workspace))
    path.write_text("{}")
    assert not write(tmp_path, found)
    assert path.read_text() == "{}"
    path.unlink()
    assert not write(tmp_path, found)
    assert not path.exists()


def test_a_finding_that_is_not_asked_for_is_not_mended(tmp_path: Path) -> None:
    _workspace(tmp_path, text_of("action", {URL: f"{HOST}./v2", "/endpoint/headers/X-A": " a"}))
    workspace = open_workspace(tmp_path)
    wanted = [finding for finding in validate(workspace) if finding.code == "AJO226"]
    (found,) = fixes(workspace, wanted)
    assert [finding.code for finding in found.findings] == ["AJO226"]


def test_what_only_a_targets_values_make_wrong_is_no_matter_of_the_file(tmp_path: Path) -> None:
    _workspace(tmp_path, text_of("action", {"/endpoint/headers/X-A": "${blank}"}))
    target = 'organisation = "A@AdobeOrg"\nsandbox = "dev"\nclient-id = "c"\nclient-secret = "${secret:a}"\n'
    (tmp_path / "ajo.toml").write_text(f'[targets.here]\n{target}values = {{ blank = " a" }}\n')
    workspace = open_workspace(tmp_path)
    findings = validate(workspace)
    assert [finding.code for finding in findings] == ["AJO226"]
    assert list(fixes(workspace, findings)) == []


@pytest.mark.parametrize("kind", ["CustomAction", "customaction"])
@pytest.mark.parametrize("by", ["settings", "a path", "the definition"])
def test_what_is_allowed_is_not_mended_even_where_it_shows_only_later(
    tmp_path: Path, kind: str, by: str
) -> None:
    entry = {"rule": "AJO226", "at": "/endpoint/headers/X-A", "because": "The service counts blanks."}
    allowed = {"/lifecycle": {"allow": [entry]}} if by == "the definition" else {}
    _workspace(tmp_path, text_of("action", {"/kind": kind, "/endpoint/headers/X-A": " a", **allowed}))
    off = {
        "settings": '[rules]\nignore = ["AJO226"]\n',
        "a path": '[rules.per-path."actions/**"]\nignore = ["AJO226"]\n',
    }
    (tmp_path / "ajo.toml").write_text(off.get(by, ""))
    workspace = open_workspace(tmp_path)
    found = [item.code for each in fixes(workspace, validate(workspace)) for item in each.findings]
    assert found == ([] if kind == "CustomAction" else ["AJO101"])


layouts = st.sampled_from([None, 2])
wild = settings(law, max_examples=80, suppress_health_check=list(HealthCheck))


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Files: damaged, wild or right, compact or not, and some that are no JSON."""
    document = draw(st.one_of(damaged(), definitions, documents))
    text = dump_json(document, indent=draw(layouts))
    words = sorted(set(re.findall(r'"[A-Za-z$]+"', text)))
    for word in draw(st.lists(st.sampled_from(words), max_size=3)):
        text = text.replace(word, draw(st.sampled_from([word.upper(), word.lower(), "null"])), 1)
    cut = draw(st.none() | st.integers(0, len(text)))
    if cut is not None:
        text = text[:cut] + draw(st.sampled_from(["", "-0", ",", '"a":1,"a":1'])) + text[cut:]
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])), "surrogatepass")


@wild
@given(texts())
def test_fixing_never_raises_and_leaves_nothing_to_fix_a_second_time(content: bytes) -> None:
    done = fixed(content)
    if done is not None:
        assert fixed(done.after.encode()) is None


@wild
@given(texts())
def test_a_file_without_fixable_findings_is_never_changed(content: bytes) -> None:
    if not any(finding.is_fixable for finding in findings_of(content)):
        assert fixed(content) is None


@wild
@given(st.one_of(definitions, documents), layouts)
def test_what_is_sent_changes_only_where_that_is_the_findings_mend(document: Any, indent: int | None) -> None:
    text = dump_json(document, indent=indent)
    done = fixed(text)
    before, _ = read_definition(FILE, text.encode())
    if done is None or before is None or {found.code for found in done.findings} & CHANGE_WHAT_IS_SENT:
        return
    after, _ = read_definition(FILE, done.after.encode())
    assert after is not None
    assert comparable(after.definition) == comparable(before.definition)


@wild
@given(documents)
def test_no_finding_of_a_fixed_file_is_new(document: Any) -> None:
    content = dump_json(document).encode()
    done = fixed(content)
    if done is not None:
        parse_json(done.after)
        before = [found.code for found in findings_of(content)]
        after = [found.code for found in findings_of(done.after.encode())]
        assert len(after) < len(before)
        assert set(after) <= set(before)
