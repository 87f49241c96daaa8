"""The forms a URL can take, and what each is found to be."""

from __future__ import annotations

import pytest

from tests.rules.asking import ids, only, problems

_FINE = {
    "path": "https://api.loyalty.example/v2/messages",
    "no path": "https://api.loyalty.example",
    "final slash": "https://api.loyalty.example/",
    "default port": "https://api.loyalty.example:443/v2",
    "scheme in capitals": "HTTPS://api.loyalty.example/v2",
    "host in capitals": "https://API.Loyalty.Example/v2",
    "colon in path": "https://fcm.googleapis.com/v1/projects/p/messages:send",
    "at sign in path": "https://api.loyalty.example/@team/v2",
    "semicolon in path": "https://api.loyalty.example/v2;tenant=a/messages",
    "escaped characters": "https://api.loyalty.example/all%20messages%2Fv2",
    "empty segments": "https://api.loyalty.example//v2//",
    "dots inside segments": "https://api.loyalty.example/v1..2/.well-known/...",
    "underscore in host": "https://api_v2.loyalty.example/",
    "number that is not last in host": "https://2130706433.loyalty.example/",
    "hexadecimal letters last in host": "https://api.0xfx/",
    "punycode": "https://xn--bcher-kva.example/",
    "value as host": "https://${loyaltyHost}/v2",
    "value in host": "https://${region}.loyalty.example/v2",
    "two values as host": "https://${region}.${domain}/v2",
    "value ends host": "https://api.${domain}/v2",
    "value before a number": "https://10.0.${x}.example/v2",
    "value as port": "https://api.loyalty.example:${port}/v2",
    "value as segment": "https://api.loyalty.example/${tenant}/messages",
    "value in segment": "https://api.loyalty.example/t-${tenant}-x/messages",
    "public host of Adobe": "https://eventsingress.adobe.io/",
    "Adobe's login": "https://ims-na1.adobelogin.com/ims/token/v3",
    "instance of Campaign": "https://acme-rt1.campaign.adobe.com/nl/jsp/soaprouter.jsp",
    "Adobe's name before another's": "https://adobe.loyalty.example/hooks",
    "colon and asterisk inside segments": "https://api.loyalty.example/a:b/c*d",
    "not Adobe's in spite of its name": "https://notadobe.com/hooks",
    "Adobe inside another's name": "https://adobe.com.loyalty.example/hooks",
}

_WRONG = {
    "space": ("https://api.loyalty.example/a b", "AJO210"),
    "leading space": (" https://api.loyalty.example/", "AJO210"),
    "tab in the scheme": ("ht\ttps://api.loyalty.example/", "AJO210"),
    "newline in the host": ("https://api.loyalty\n.example/", "AJO210"),
    "final newline": ("https://api.loyalty.example/\n", "AJO210"),
    "null": ("https://api.loyalty.example/\x00", "AJO210"),
    "backslash": ("https://api.loyalty.example\\@evil.example/", "AJO210"),
    "braces": ("https://api.loyalty.example/{id}", "AJO210"),
    "escaped reference": ("https://api.loyalty.example/$${id}", "AJO210"),
    "letters outside ASCII": ("https://bücher.example/", "AJO210"),
    "digits outside ASCII": ("https://\uff11\uff12\uff17.0.0.1/", "AJO210"),
    "ideographic full stop": ("https://evil。example/", "AJO210"),
    "percent that escapes nothing": ("https://api.loyalty.example/100%", "AJO210"),
    "percent before a value": ("https://api.loyalty.example/%${hex}", "AJO210"),
    "empty": ("", "AJO211"),
    "no scheme": ("api.loyalty.example/v2", "AJO211"),
    "relative scheme": ("//api.loyalty.example/v2", "AJO211"),
    "file": ("file:///etc/passwd", "AJO211"),
    "javascript": ("javascript:alert(1)", "AJO211"),
    "host and port alone": ("api.loyalty.example:443/v2", "AJO211"),
    "value as URL": ("${loyaltyUrl}", "AJO211"),
    "value as scheme": ("${scheme}://api.loyalty.example/", "AJO211"),
    "value in scheme": ("http${s}://api.loyalty.example/", "AJO211"),
    "value before scheme": ("${x}https://api.loyalty.example/", "AJO211"),
    "no host": ("https:///v2", "AJO212"),
    "no slashes": ("https:api.loyalty.example/v2", "AJO212"),
    "one slash": ("https:/api.loyalty.example/v2", "AJO212"),
    "port alone": ("https://:443/v2", "AJO212"),
    "final dot": ("https://api.loyalty.example./v2", "AJO212"),
    "empty label": ("https://api..example/v2", "AJO212"),
    "empty label beside a value": ("https://${region}..example/v2", "AJO212"),
    "leading hyphen": ("https://-api.example/v2", "AJO212"),
    "final hyphen": ("https://api-.example/v2", "AJO212"),
    "wildcard": ("https://*.example/v2", "AJO212"),
    "escape in host": ("https://%6coyalty.example/v2", "AJO212"),
    "label over 63": ("https://" + "a" * 64 + ".example/", "AJO212"),
    "name over 253": ("https://" + "a." * 127 + "example/", "AJO212"),
    "IPv4": ("https://10.0.0.1/v2", "AJO213"),
    "IPv4 with final dot": ("https://10.0.0.1./v2", "AJO213"),
    "short IPv4": ("https://127.1/", "AJO213"),
    "integer": ("https://2130706433/", "AJO213"),
    "octal": ("https://0177.0.0.01/", "AJO213"),
    "hexadecimal": ("https://0x7f000001/", "AJO213"),
    "dotted hexadecimal": ("https://0x7F.0.0.0x1/", "AJO213"),
    "hexadecimal without digits": ("https://127.0.0.0x/", "AJO213"),
    "out of range": ("https://999.999.999.999/", "AJO213"),
    "name that ends in a number": ("https://api.example.1/", "AJO213"),
    "value that ends in a number": ("https://${x}.0.0.1/", "AJO213"),
    "IPv4 with escapes": ("https://%31%32%37.0.0.1/v2", "AJO213"),
    "IPv6": ("https://[::1]/", "AJO213"),
    "IPv6 with zone": ("https://[fe80::1%25eth0]/", "AJO213"),
    "IPv4 in IPv6": ("https://[::ffff:127.0.0.1]/", "AJO213"),
    "IPv6 that is a value": ("https://[${address}]/", "AJO213"),
    "IPv6 without end": ("https://[::1/", "AJO213"),
    "other port": ("https://api.loyalty.example:8443/", "AJO214"),
    "empty port": ("https://api.loyalty.example:/", "AJO214"),
    "port with zero": ("https://api.loyalty.example:0443/", "AJO214"),
    "port that is no number": ("https://api.loyalty.example:https/", "AJO214"),
    "port out of range": ("https://api.loyalty.example:65979/", "AJO214"),
    "query": ("https://api.loyalty.example/?a=b", "AJO215"),
    "empty query": ("https://api.loyalty.example/?", "AJO215"),
    "query after host": ("https://api.loyalty.example?a=b", "AJO215"),
    "fragment": ("https://api.loyalty.example/#top", "AJO215"),
    "user": ("https://ajo@api.loyalty.example/", "AJO215"),
    "user and password": ("https://ajo:open@api.loyalty.example/", "AJO215"),
    "empty user": ("https://@api.loyalty.example/", "AJO215"),
    "value as user": ("https://${user}@api.loyalty.example/", "AJO215"),
    "host as user": ("https://api.loyalty.example:443@evil.example/", "AJO215"),
    "https on 80": ("https://api.loyalty.example:80/", "AJO216"),
    "two dots": ("https://api.loyalty.example/a/../b", "AJO217"),
    "one dot": ("https://api.loyalty.example/./b", "AJO217"),
    "two dots at the end": ("https://api.loyalty.example/a/..", "AJO217"),
    "escaped dots": ("https://api.loyalty.example/%2e%2E/b", "AJO217"),
    "half escaped dots": ("https://api.loyalty.example/.%2e/b", "AJO217"),
    "dots with a parameter": ("https://api.loyalty.example/..;a=b/c", "AJO217"),
    "dots after a value": ("https://api.loyalty.example/${tenant}/../b", "AJO217"),
    "http": ("http://api.loyalty.example/", "AJO218"),
    "http with its port": ("http://api.loyalty.example:80/", "AJO218"),
    "http in capitals": ("HTTP://api.loyalty.example/", "AJO218"),
    "internal host of Adobe": ("https://build.corp.adobe.com/", "AJO219"),
    "internal host of Adobe in capitals": ("https://Build.Corp.ADOBE.com/", "AJO219"),
    "host of Adobe with a value": ("https://${service}.adobe.net/", "AJO219"),
    "localhost": ("https://localhost/", "AJO219"),
    "intranet": ("https://intranet/hooks", "AJO219"),
    "multicast name": ("https://printer.local/", "AJO219"),
    "host of Adobe under another domain": ("https://hooks.adobe.de/", "AJO219"),
    "host of Adobe under two labels": ("https://hooks.adobe.co.jp/", "AJO219"),
    "Adobe's domain itself": ("https://adobe.com/", "AJO219"),
    "private network of a company": ("https://api.acme.corp/", "AJO219"),
    "home network": ("https://api.home.arpa/", "AJO219"),
    "IP address in a name": ("https://10.0.0.1.nip.io/", "AJO219"),
    "name that leads to this machine": ("https://app.localtest.me/", "AJO219"),
    "template of a path": ("https://api.loyalty.example/members/:id", "AJO292"),
    "template in brackets": ("https://api.loyalty.example/members/[id]/x", "AJO292"),
    "template with a dollar": ("https://api.loyalty.example/$member/x", "AJO292"),
    "pattern of a limit": ("https://api.loyalty.example/v2/*", "AJO292"),
}


@pytest.mark.parametrize("url", _FINE.values(), ids=_FINE)
def test_url_of_an_action_is_fine(url: str) -> None:
    assert problems("action", {"/endpoint/url": url}) == ()


@pytest.mark.parametrize("url", _FINE.values(), ids=_FINE)
def test_url_of_a_token_endpoint_is_fine(url: str) -> None:
    assert problems("action with a token", {"/authentication/endpoint": url}) == ()


@pytest.mark.parametrize(("url", "rule_id"), _WRONG.values(), ids=_WRONG)
def test_url_of_an_action_has_one_finding(url: str, rule_id: str) -> None:
    problem = only("action", {"/endpoint/url": url})

    assert (problem.code, problem.path) == (rule_id, ("endpoint", "url"))


@pytest.mark.parametrize(("url", "rule_id"), _WRONG.values(), ids=_WRONG)
def test_url_of_a_token_endpoint_obeys_the_same_rules_but_may_have_a_query(url: str, rule_id: str) -> None:
    found = problems("action with a token", {"/authentication/endpoint": url})

    if "?" in url:
        assert found == ()
    else:
        assert [(p.code, p.path) for p in found] == [(rule_id, ("authentication", "endpoint"))]


def test_url_of_a_campaign_action_obeys_the_same_rules() -> None:
    assert ids("campaign", {"/endpoint": {"url": "https://10.0.0.1/nl/jsp/soaprouter.jsp"}}) == {"AJO213"}


def test_all_faults_of_a_url_are_reported_together() -> None:
    url = "http://ajo:open@10.0.0.1:8080/../a?b#c"

    assert ids("action", {"/endpoint/url": url}) == {"AJO213", "AJO214", "AJO215", "AJO217", "AJO218"}


@pytest.mark.parametrize("rest", ["/", "/a b", "/../a", "?a=b", "/#c", ":80/"])
@pytest.mark.parametrize("scheme", ["https", "http", "ftp"])
def test_password_in_a_url_is_not_repeated(scheme: str, rest: str) -> None:
    url = f"{scheme}://ajo:opensesame@api.loyalty.example{rest}"

    assert not [p for p in problems("action", {"/endpoint/url": url}) if "opensesame" in p.message]


def test_message_shows_control_characters_escaped_and_is_cut() -> None:
    problem = only("action", {"/endpoint/url": "https://api.loyalty.example/\x1b[2J" + "a" * 500})

    assert "\\u001b" in problem.message
    assert "..." in problem.message
    assert len(problem.message) < 200


def test_value_that_stands_for_the_scheme_is_told_apart_from_a_missing_one() -> None:
    assert "reference" in only("action", {"/endpoint/url": "${loyaltyUrl}/v2"}).message
    assert "no scheme" in only("action", {"/endpoint/url": "api.loyalty.example/v2"}).message
