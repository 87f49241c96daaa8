"""A target's values can't lead a call elsewhere: whatever they make of a URL is found."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.desk import Desk, action, capping
from toolkit.app.validate import validate
from toolkit.core.diagnostics import Finding
from toolkit.workspace.load import open_workspace

_TOKEN = {
    "type": "customAuthorization",
    "endpoint": "https://${host}/token",
    "method": "GET",
    "tokenInResponse": "response",
    "authorizationType": "bearer",
}


def found(desk: Desk, definition: dict[str, Any], **values: str) -> list[Finding]:
    """What is wrong with a definition once the target has these values; it is fine with harmless ones."""
    desk.write(definition)
    if set(values) == {"host"}:
        assert _findings(desk, {"host": "x1.example"}) == []
    return _findings(desk, values)


def _findings(desk: Desk, values: dict[str, str]) -> list[Finding]:
    (desk.root / "ajo.toml").write_text(f"[targets.here]\n{desk.target_lines(values)}")
    # A limit stands alone here, which is a warning of its own.
    return [each for each in validate(open_workspace(desk.root)) if each.code != "AJO282"]


def calling(url: str) -> dict[str, Any]:
    return action("Hello", endpoint={"method": "POST", "url": url})


_HOSTS = {
    "IPv4": ("10.0.0.1", "AJO213"),
    "short IPv4": ("127.1", "AJO213"),
    "integer": ("2130706433", "AJO213"),
    "octal": ("0177.0.0.01", "AJO213"),
    "hexadecimal": ("0x7f000001", "AJO213"),
    "dotted hexadecimal": ("0x7f.0x0.0x0.0x1", "AJO213"),
    "IPv4 out of range": ("999.999.999.999", "AJO213"),
    "IPv6": ("[::1]", "AJO306"),
    "IPv6 without brackets": ("::1", "AJO306"),
    "IP address in a name": ("10.0.0.1.nip.io", "AJO219"),
    "this machine": ("localhost", "AJO219"),
    "this machine in capitals": ("LOCALHOST", "AJO219"),
    "name without dot": ("intranet", "AJO219"),
    "metadata of a cloud": ("metadata.google.internal", "AJO219"),
    "host of Adobe": ("build.corp.adobe.com", "AJO219"),
    "host of Adobe elsewhere": ("hooks.adobe.de", "AJO219"),
    "final dot": ("api.example.", "AJO306"),
    "empty label": ("api..example", "AJO212"),
    "letters beyond ASCII": ("b\u00fccher.example", "AJO306"),
    "letters that look like others": ("ap\u0456.example", "AJO306"),
    "full-width digits": ("\uff11\uff12\uff17.0.0.1", "AJO306"),
    "dots that are none": ("127\u30020\u30020\u30021", "AJO306"),
    "invisible letter": ("api\u200b.example", "AJO306"),
    "user": ("user@evil.example", "AJO306"),
    "user and password": ("a:b@evil.example", "AJO306"),
    "path": ("evil.example/a", "AJO306"),
    "query": ("evil.example?a", "AJO306"),
    "fragment": ("evil.example#a", "AJO306"),
    "port": ("evil.example:8443", "AJO306"),
    "backslash": ("evil.example\\a", "AJO306"),
    "escape": ("%6coyalty.example", "AJO306"),
    "reference": ("${secret:a}", "AJO306"),
    "underscore first": ("_a.example", "AJO306"),
    "label over 63": ("a" * 64 + ".example", "AJO212"),
    "nothing": ("", "AJO306"),
}


@pytest.mark.parametrize(("host", "code"), _HOSTS.values(), ids=_HOSTS)
def test_host_that_a_value_gives_is_looked_at(desk: Desk, host: str, code: str) -> None:
    (finding,) = found(desk, calling("https://${host}/v1"), host=host)

    assert (finding.code, finding.path) == (code, ("endpoint", "url"))
    assert "here" in finding.message


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "localhost", "2130706433", "user@evil.example", "api.example:8443"]
)
def test_host_of_a_token_endpoint_is_looked_at_too(desk: Desk, host: str) -> None:
    definition = action("Hello", authentication=_TOKEN)
    (finding,) = found(desk, definition, host=host)

    assert finding.path == ("authentication", "endpoint")


@pytest.mark.parametrize("host", ["10.0.0.1", "2130706433", "*.example", "a@b.example"])
def test_host_of_a_limit_is_looked_at_too(desk: Desk, host: str) -> None:
    (finding,) = found(desk, capping("limit", "${host}"), host=host)

    assert finding.path == ("url",)


_JOINED = {
    "the last of four numbers": ("https://10.0.0.${a}/v1", {"a": "1"}, "AJO213"),
    "numbers one by one": ("https://${a}.${b}/v1", {"a": "127", "b": "1"}, "AJO213"),
    "the end of a name": ("https://api.${a}/v1", {"a": "0x7f"}, "AJO213"),
    "a domain of Adobe": ("https://build.${a}.com/v1", {"a": "adobe"}, "AJO219"),
    "a private domain": ("https://api.${a}/v1", {"a": "internal"}, "AJO219"),
    "a port": ("https://api.example:${a}/v1", {"a": "8443"}, "AJO214"),
    "the end of a port": ("https://api.example:443${a}/v1", {"a": "0"}, "AJO214"),
    "a port that is a name": ("https://api.example:${a}/v1", {"a": "80.evil.example"}, "AJO214"),
    "a step up": ("https://api.example/${a}/v1", {"a": ".."}, "AJO306"),
    "a step up with a parameter": ("https://api.example/${a}/v1", {"a": "..;x"}, "AJO217"),
    "two halves of a step up": ("https://api.example/.${a}/v1", {"a": "."}, "AJO306"),
    "a slash": ("https://api.example/${a}/v1", {"a": "a%2Fb"}, "AJO306"),
    "half an escape": ("https://api.example/%${a}/v1", {"a": "2e"}, "AJO210"),
    "a template": ("https://api.example/${a}/v1", {"a": ":id"}, "AJO292"),
}


@pytest.mark.parametrize(("url", "values", "code"), _JOINED.values(), ids=_JOINED)
def test_what_values_put_together_is_looked_at(
    desk: Desk, url: str, values: dict[str, str], code: str
) -> None:
    assert code in {finding.code for finding in found(desk, calling(url), **values)}


def test_key_that_a_value_gives_is_found(desk: Desk) -> None:
    endpoint = {"method": "POST", "url": "https://api.example/", "headers": {"X-Tenant": "${host}"}}
    (finding,) = found(desk, action("Hello", endpoint=endpoint), host="9f86d081884c7d659a2feaa0c55ad015")

    assert finding.code == "AJO255"
    assert "9f86" not in finding.message
