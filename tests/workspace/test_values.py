"""A target's values: missing ones, unused ones, and those that would break out of their place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.samples import API_KEY, CUSTOM, action, campaign, capping, throttling
from tests.workspace.folder import TARGET, Folder
from toolkit.core.canonical import dump_json
from toolkit.core.diagnostics import MAX_ALIKE, Severity
from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.model.catalog import ResourceKey
from toolkit.model.document import to_document
from toolkit.model.text import reveal_text, secret_refs
from toolkit.workspace.values import ForTarget, check_values, for_target

PROD = TARGET.replace("stage", "prod")


def valued(**values: str) -> str:
    """Return the settings of a target with these values."""
    lines = "".join(f"{name} = {dump_json(value)}\n" for name, value in values.items())
    return f"{TARGET}[targets.stage.values]\n{lines}"


def filled(folder: Folder, raw: dict[str, Any], **values: str) -> ForTarget:
    """Fill one definition for the target."""
    kinds = {"EndpointConfig": ".capping", "ThrottlingConfig": ".throttling"}
    folder.put(f"actions/Sample{kinds.get(raw['kind'], '')}.json", raw)
    folder.settings(valued(**values))
    opened = folder.open()
    assert opened.findings == ()
    return for_target(opened, "stage")


def calling(url: str) -> dict[str, Any]:
    """Return an action with this URL."""
    return action(endpoint={"method": "POST", "url": url})


def url_with(folder: Folder, url: str, **values: str) -> str:
    """Return the URL that is made, or what is wrong with the values."""
    result = filled(folder, calling(url), **values)
    if result.findings:
        (found,) = result.findings
        assert (found.code, found.path) == ("AJO306", ("endpoint", "url"))
        assert not result.filled
        return f"refused: {found.message}"
    return str(to_document(result.filled[0].definition)["endpoint"]["url"])


def test_values_are_filled_in_wherever_references_count(folder: Folder) -> None:
    raw = action(
        endpoint={
            "method": "POST",
            "url": "https://${v}/",
            "headers": {"X": "a${v}"},
            "query": {"q": "${v}"},
        },
        authentication={**API_KEY, "name": "X-${v}", "value": "${v}${secret:a}"},
        request={"a${v}": "${v}", "l": ["${v}"], "h": {"$variable": "${v}"}},
        description="${v}",
    )
    document = to_document(filled(folder, raw, v="x").filled[0].definition)
    assert document["endpoint"]["headers"] == {"X": "ax"}
    assert (document["endpoint"]["url"], document["endpoint"]["query"]) == ("https://x/", {"q": "x"})
    assert (document["authentication"]["name"], document["authentication"]["value"]) == (
        "X-x",
        "x${secret:a}",
    )
    assert document["request"] == {"a${v}": "x", "l": ["x"], "h": {"$variable": "${v}"}}
    assert document["description"] == "${v}"


@pytest.mark.parametrize(
    ("raw", "field"),
    [(capping(url="https://${v}/*"), "url"), (throttling(urlPattern="https://${v}/*"), "urlPattern")],
    ids=["capping", "throttling"],
)
def test_values_are_filled_into_patterns(folder: Folder, raw: dict[str, Any], field: str) -> None:
    catalog = filled(folder, raw, v="api.example.com").catalog()
    assert catalog.get(ResourceKey(raw["kind"], "https://api.example.com/*"))


@pytest.mark.parametrize(
    "value",
    [
        *(
            "${secret:x}",
            "$${secret:x}",
            "${other}",
            "${",
            "$",
            "$$",
            "",
            '"',
            "\\",
            '", "protect": true, "x": "',
        ),
        *("{}", "${secret:x", "}", "{{v}}", "%(x)s", "<script>", "\u202e", "EncodeBase64(x)"),
    ],
)
def test_a_value_is_data(folder: Folder, value: str) -> None:
    result = filled(folder, action(request={"a": "${v}", "b": "x${v}{y}"}), v=value, other="never")
    document = to_document(result.filled[0].definition)
    sent = [reveal_text(document["request"][name], lambda reference: Secret("revealed")) for name in "ab"]
    assert sent == [value, f"x{value}{{y}}"]
    assert not [*secret_refs(document["request"]["a"])]


@law
@given(value=st.text(max_size=20) | st.text("${}:secretx", max_size=12))
def test_any_value_is_data_or_refused_for_a_control_character(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    folder = Folder(tmp_path_factory.mktemp("any"))
    result = filled(folder, action(request={"a": "<${v}>"}), v=value)
    if result.findings:
        assert [found.code for found in result.findings] == ["AJO306"]
        assert any(character < " " or character == "\x7f" for character in value)
    else:
        text = to_document(result.filled[0].definition)["request"]["a"]
        assert reveal_text(text, lambda reference: Secret("revealed")) == f"<{value}>"


@pytest.mark.parametrize(
    "host",
    ["example.com", "a", "localhost", "a-b.example.co", "10.0.0.1", "EXAMPLE.com", "xn--bcher-kva.example"],
)
def test_a_host_may_be_a_value(folder: Folder, host: str) -> None:
    assert url_with(folder, "https://${host}/x", host=host) == f"https://{host}/x"


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("", id="nothing"),
        pytest.param("user@example.com", id="user"),
        pytest.param("user:pw@example.com", id="user and password"),
        pytest.param("example.com/path", id="path"),
        pytest.param("example.com\\path", id="backslash"),
        pytest.param("example.com?x", id="query"),
        pytest.param("example.com#x", id="fragment"),
        pytest.param("example.com:8080", id="port"),
        pytest.param("https://example.com", id="scheme"),
        pytest.param("//example.com", id="slashes"),
        pytest.param("example.com ", id="space"),
        pytest.param("ex\u00e4mple.com", id="not ASCII"),
        pytest.param("example\u3002com", id="a dot of another script"),
        pytest.param("*.example.com", id="wildcard"),
        pytest.param(".example.com", id="dot first"),
        pytest.param("example.com.", id="dot last"),
        pytest.param("%65xample.com", id="percent"),
        pytest.param("[::1]", id="IPv6"),
        pytest.param("${secret:x}", id="secret"),
    ],
)
def test_a_value_can_not_break_out_of_a_host(folder: Folder, host: str) -> None:
    assert "stands in a host name" in url_with(folder, "https://${host}/x", host=host)


@pytest.mark.parametrize(
    "url", ["https://api.${v}/x", "https://${v}.example.com/", "https://a${v}:443", "https://${v}"]
)
def test_a_value_can_not_break_out_of_a_part_of_a_host(folder: Folder, url: str) -> None:
    assert "stands in a host name" in url_with(folder, url, v="evil.example/@")


@pytest.mark.parametrize(
    "segment", ["v2", "a.b", "a-b_c~d", "users:send", "a%20b", "(a)", "a=b;c", "a@b", "..."]
)
def test_a_segment_of_a_path_may_be_a_value(folder: Folder, segment: str) -> None:
    assert url_with(folder, "https://example.com/${v}/x", v=segment) == f"https://example.com/{segment}/x"


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param("", id="nothing"),
        pytest.param("a/b", id="two segments"),
        pytest.param("/", id="slash"),
        pytest.param("a\\b", id="backslash"),
        pytest.param("..", id="up"),
        pytest.param(".", id="here"),
        pytest.param("%2e%2E", id="up, encoded"),
        pytest.param("a%2Fb", id="slash, encoded"),
        pytest.param("a%5cb", id="backslash, encoded"),
        pytest.param("a?b", id="query"),
        pytest.param("a#b", id="fragment"),
        pytest.param("a b", id="space"),
        pytest.param("\u00e4", id="not ASCII"),
        pytest.param("<a>", id="brackets"),
        pytest.param("${secret:x}", id="secret"),
    ],
)
def test_a_value_can_not_break_out_of_a_segment(folder: Folder, segment: str) -> None:
    assert "stands in a URL's path" in url_with(folder, "https://example.com/${v}", v=segment)


@pytest.mark.parametrize("url", ["${v}", "${v}://example.com", "${v}example.com/x", "http${v}://example.com"])
def test_a_scheme_is_never_a_value(folder: Folder, url: str) -> None:
    assert "stands before ://" in url_with(folder, url, v="https")


def test_a_host_made_of_two_values_is_checked_in_both(folder: Folder) -> None:
    assert "stands in a host name" in url_with(folder, "https://${a}${b}/", a="example", b=".com/x")


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (action(authentication={**CUSTOM, "endpoint": "https://${v}/token"}), ("authentication", "endpoint")),
        (campaign(endpoint={"url": "https://${v}/x"}), ("endpoint", "url")),
        (capping(url="https://${v}/*"), ("url",)),
        (throttling(urlPattern="https://${v}/*"), ("urlPattern",)),
    ],
    ids=["token", "campaign", "capping", "throttling"],
)
def test_every_url_keeps_its_host(folder: Folder, raw: dict[str, Any], path: Any) -> None:
    (found,) = filled(folder, raw, v="evil.example/").findings
    assert (found.code, found.path) == ("AJO306", path)


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX-Evil: 1", "\x00", "\x7f", "\t"], ids=repr)
def test_a_control_character_is_refused_everywhere(folder: Folder, value: str) -> None:
    raw = action(endpoint={"method": "POST", "url": "https://example.com/", "headers": {"X": "${v}"}})
    (found,) = filled(folder, raw, v=value).findings
    assert (found.code, found.path) == ("AJO306", ("endpoint", "headers", "X"))
    assert found.message == 'the value "v" of target "stage" holds a control character'


def test_a_missing_value_is_told_where_it_is_used(folder: Folder) -> None:
    (found,) = filled(folder, calling("https://${host}/${path}/"), path="x").findings
    assert (found.code, found.file, found.path) == ("AJO304", "actions/Sample.json", ("endpoint", "url"))
    assert found.line == 8
    assert found.message == 'target "stage" has no value "host"'
    assert "[targets.stage.values]" in found.fix


def test_every_missing_value_is_told(folder: Folder) -> None:
    raw = action(request={"a": "${a}${b}", "b": ["${c}"]})
    assert [found.message[-2] for found in filled(folder, raw).findings] == ["a", "b", "c"]


def test_a_value_that_makes_a_definition_wrong_is_told_with_the_target(folder: Folder) -> None:
    result = filled(folder, action(authentication={**API_KEY, "name": "${v}"}), v="")
    (found,) = result.findings
    assert (found.code, found.path, result.filled) == ("AJO107", ("authentication", "name"), ())
    assert "(with the values of target stage)" in found.message


def test_a_definition_is_filled_only_for_its_targets(folder: Folder) -> None:
    folder.settings(TARGET + PROD)
    folder.put("actions/A.json", action(name="A", lifecycle={"targets": ["prod"]}))
    folder.put("actions/B.json", action(name="B", lifecycle={"owner": "team"}))
    folder.put("actions/C.json", action(name="C"))
    opened = folder.open()
    names = {
        name: [each.definition.name for each in for_target(opened, name).filled] for name in ("stage", "prod")
    }
    assert names == {"stage": ["B", "C"], "prod": ["A", "B", "C"]}


def test_filling_for_an_unknown_target_is_refused(folder: Folder) -> None:
    with pytest.raises(AjoError) as caught:
        for_target(folder.open(), "live")
    assert caught.value.code == "AJO303"


def test_a_value_nobody_uses_is_a_warning_with_its_line(folder: Folder) -> None:
    folder.put("actions/Sample.json", calling("https://${host}/"))
    folder.settings(valued(host="example.com", spare="x"))
    (found,) = check_values(folder.open())
    assert (found.code, found.severity, found.place) == ("AJO305", Severity.WARNING, "ajo.toml:9:1")
    assert found.message == "targets.stage.values.spare: no definition uses this value"


def test_a_value_used_by_one_definition_for_the_target_is_used(folder: Folder) -> None:
    folder.put("actions/Sample.json", action(lifecycle={"targets": ["prod"]}, request={"a": ["x${v}"]}))
    folder.settings(TARGET + PROD + '[targets.prod.values]\nv = "x"\n')
    assert list(check_values(folder.open())) == []


def test_a_value_that_only_definitions_for_others_use_is_a_warning(folder: Folder) -> None:
    folder.put("actions/Sample.json", action(lifecycle={"targets": ["prod"]}, request={"a": ["x${v}"]}))
    folder.settings(valued(v="x") + PROD + '[targets.prod.values]\nv = "x"\n')
    (found,) = check_values(folder.open())
    assert (found.path, found.severity) == (("targets", "stage", "values", "v"), Severity.WARNING)
    assert found.message.endswith("only definitions that are not for this target use this value")


def test_a_value_with_nearly_the_right_name_is_suggested_on_both_ends(folder: Folder) -> None:
    folder.put("actions/Sample.json", calling("https://${loyaltyHost}/"))
    folder.settings(valued(loyaltyhost="example.com"))
    (unused,) = check_values(folder.open())
    (missing,) = for_target(folder.open(), "stage").findings
    assert unused.message.endswith("they use loyaltyHost, which this target lacks: is that meant?")
    assert missing.message == 'target "stage" has no value "loyaltyHost"; did you mean "loyaltyhost"?'


def test_a_definitions_target_that_is_not_there_is_told(folder: Folder) -> None:
    folder.put("actions/Sample.json", action(lifecycle={"targets": ["stage", "live"]}))
    (found,) = check_values(folder.open())
    assert (found.code, found.severity, found.path) == ("AJO303", Severity.ERROR, ("lifecycle", "targets", 1))
    assert found.message == '"live" is not a target; there are: stage'


def test_two_limits_for_one_pattern_are_told(folder: Folder) -> None:
    folder.settings(valued(host="example.com"))
    folder.put("actions/A.capping.json", capping(name="A"))
    folder.put("actions/B.capping.json", capping(name="B", url="https://${host}/*"))
    folder.put("actions/C.throttling.json", throttling(name="C"))
    (found,) = for_target(folder.open(), "stage").findings
    assert (found.code, found.file, found.path) == ("AJO011", "actions/B.capping.json", ("url",))
    assert "actions/A.capping.json limits https://example.com/* too" in found.message


def test_two_throttlings_for_one_pattern_are_told(folder: Folder) -> None:
    folder.put("actions/A.throttling.json", throttling(name="A"))
    folder.put("actions/B.throttling.json", throttling(name="B"))
    (found,) = for_target(folder.open(), "stage").findings
    assert (found.code, found.path) == ("AJO011", ("urlPattern",))


def test_two_actions_of_one_name_are_told_when_loading_and_not_again(folder: Folder) -> None:
    folder.put("actions/a/Sample.json", action())
    folder.put("actions/b/Sample.json", action())
    assert for_target(folder.open(), "stage").findings == ()


def test_a_catalog_knows_file_protection_and_former_name(folder: Folder) -> None:
    raw = action(lifecycle={"protect": True, "previousName": "Former"}, description="x")
    (resource,) = filled(folder, raw).catalog()
    assert (resource.key, resource.name) == (ResourceKey("CustomAction", "Sample"), "Sample")
    assert (resource.file, resource.protected, resource.previous_name) == (
        "actions/Sample.json",
        True,
        "Former",
    )


def test_a_definition_without_lifecycle_is_neither_protected_nor_renamed(folder: Folder) -> None:
    (resource,) = filled(folder, action()).catalog()
    assert (resource.protected, resource.previous_name) == (False, None)


def test_values_that_would_blow_a_definition_up_are_not_filled_in(folder: Folder) -> None:
    raw = action(request={"a": "${long}" * 100_000})
    result = filled(folder, raw, long="x" * 400_000)
    assert result.filled == ()
    (found,) = result.findings
    assert (found.code, found.path) == ("AJO306", ())
    assert "make more than 1048576 characters" in found.message


def test_a_url_of_references_alone_is_checked_in_one_go(folder: Folder) -> None:
    raw = action(endpoint={"method": "POST", "url": "https://" + "${host}" * 100_000 + "/${host}"})
    (inner,) = filled(folder, raw, host="x").filled
    assert to_document(inner.definition)["endpoint"]["url"] == "https://" + "x" * 100_000 + "/x"


def test_of_many_missing_values_and_unknown_targets_a_few_are_told(folder: Folder) -> None:
    targets = [f"t{number}" for number in range(1_000)]
    tags = ["${gone}"] * 1_000
    result = filled(folder, action(lifecycle={"targets": ["stage", *targets]}, request={"tags": tags}), a="1")
    assert [found.code for found in result.findings] == ["AJO304"] * MAX_ALIKE
    found = [finding for finding in check_values(folder.open()) if finding.code == "AJO303"]
    assert len(found) == MAX_ALIKE
    assert found[-1].message.endswith("(and 900 more like this, not listed)")
