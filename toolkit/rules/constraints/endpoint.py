"""Constraints of an action's name, URL, headers and query."""

from __future__ import annotations

from typing import Final

from toolkit.rules import pages
from toolkit.rules.constraints.row import Constraint, Filled, action, filled_url, token, url
from toolkit.rules.examples import REMOVED, Example

_HEADERS = "/endpoint/headers"
_JSON = {"/endpoint/headers/Content-Type": "application/${subtype}"}

CONSTRAINTS: Final = (
    Constraint(
        "A name holds letters, digits and underscores only.",
        pages.CUSTOM_ACTION,
        ("AJO200",),
        (action({"/name": "loyalty-welcome"}), action({"/name": "Grüße"}), action({"/name": "a b"})),
    ),
    Constraint(
        "A name has 30 characters at most.",
        pages.CUSTOM_ACTION,
        ("AJO200",),
        (action({"/name": "a" * 31}),),
    ),
    Constraint(
        "A name is there.",
        pages.CUSTOM_ACTION,
        ("AJO104", "AJO107"),
        (action({"/name": REMOVED}), action({"/name": ""})),
    ),
    Constraint(
        "A name is unique in the sandbox, built-in actions included.",
        pages.CUSTOM_ACTION,
        ("AJO280",),
        elsewhere="Two files of one name: reading the workspace, AJO010. Built-in ones: platform, AJO505.",
    ),
    Constraint("A label tells marketers what to give.", pages.CUSTOM_ACTION, ("AJO205", "AJO237")),
    Constraint(
        "A variable has a label.",
        pages.CUSTOM_ACTION,
        ("AJO104", "AJO107"),
        (
            action({"/endpoint/query/q": {"$optional": True}}),
            action({"/endpoint/query/q": {"$variable": ""}}),
        ),
    ),
    Constraint(
        "The method is POST, GET or PUT; DELETE is not supported.",
        pages.CUSTOM_ACTION,
        ("AJO106",),
        tuple(action({"/endpoint/method": method}) for method in ("DELETE", "PATCH", "HEAD", "post")),
    ),
    Constraint(
        "The URL is given.",
        pages.CUSTOM_ACTION,
        ("AJO104", "AJO211", "AJO212"),
        (action({"/endpoint/url": REMOVED}), *url("", "https://")),
    ),
    Constraint(
        "The URL is the static part: scheme, host, port, path. No variables, no query.",
        pages.CUSTOM_ACTION,
        ("AJO105", "AJO210", "AJO215", "AJO292"),
        (
            action({"/endpoint/url": {"$variable": "URL"}}),
            *url(
                "https://api.loyalty.example/{id}",
                "https://api.loyalty.example/:id",
                "https://a.example/?a=b",
            ),
        ),
    ),
    Constraint(
        "The URL holds what URLs can hold; a host in letters beyond ASCII is written in its xn-- form.",
        pages.CUSTOM_ACTION,
        ("AJO210", "AJO212"),
        url(
            "https://bücher.example/",
            "https://a.example/a b",
            "https://a.example\\@b.example/",
            "https://a_-/",
        ),
    ),
    Constraint(
        "The scheme is http or https.",
        pages.CUSTOM_ACTION,
        ("AJO211",),
        url("ftp://a.example/", "a.example/", "//a.example/", "javascript:alert(1)"),
    ),
    Constraint("HTTPS is strongly recommended.", pages.CUSTOM_ACTION, ("AJO218",)),
    Constraint(
        "IP addresses are not allowed, in whatever form a reader takes for one.",
        pages.CUSTOM_ACTION,
        ("AJO213", "AJO219"),
        url(
            *("https://10.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/"),
            *("https://0177.0.0.1/", "https://0x7f.0.0.1/", "https://[::1]/", "https://[::ffff:7f00:1]/"),
            *("https://10.0.0.1./", "https://999.1.1.1/", "https://10.0.0.1.nip.io/"),
        ),
    ),
    Constraint(
        "The same holds for IP addresses that a target's values put together.",
        pages.CUSTOM_ACTION,
        ("AJO213",),
        (
            filled_url("https://${host}/v2", host="2130706433"),
            filled_url("https://10.0.${rest}/v2", rest="0.1"),
            filled_url("https://${a}.${b}/v2", a="api", b="0x7f"),
            filled_url("https://api.${top}/v2", top="1"),
        ),
        elsewhere="Values with a colon, bracket, slash, @ or # in a host: reading the values, AJO306.",
    ),
    Constraint(
        "Addresses of Adobe that are not public, .adobe.*, are not allowed.",
        pages.GUARDRAILS,
        ("AJO219",),
        (
            *url("https://build.corp.adobe.com/", "https://hooks.adobe.net/", "https://hooks.adobe.de/"),
            filled_url("https://${host}/v2", host="internal.adobe.com"),
        ),
    ),
    Constraint(
        "Hosts of private networks can't be called.",
        pages.CUSTOM_ACTION,
        ("AJO219",),
        (
            *url("https://localhost/", "https://intranet/", "https://printer.local/", "https://api.lan/"),
            filled_url("https://${host}/v2", host="localhost"),
        ),
    ),
    Constraint(
        "A port is 80 or 443. (A page about the use of actions shows 8080.)",
        pages.CUSTOM_ACTION,
        ("AJO214", "AJO216"),
        (
            *url("https://a.example:8080/", "https://a.example:0443/", "https://a.example:/"),
            *url("https://a.example:80/", "http://a.example:443/"),
            filled_url("https://a.example:${port}/", port="8443"),
        ),
    ),
    Constraint(
        "No user name, password or fragment belongs to the static part.",
        pages.CUSTOM_ACTION,
        ("AJO215",),
        url("https://user:pass@a.example/", "https://a.example@b.example/", "https://a.example/#top"),
    ),
    Constraint(
        "Where limits compare hosts by their text, a final dot makes another host.",
        pages.CAPPING,
        ("AJO212",),
        url("https://a.example./"),
    ),
    Constraint(
        "Header names are tokens of RFC 7230 and begin with neither . nor $.",
        pages.GUARDRAILS,
        ("AJO220",),
        tuple(action({f"{_HEADERS}/{name}": "x"}) for name in (".a", "$a", "a b", "a:", "ä", "a(b)")),
    ),
    Constraint(
        "Query parameters' names begin with neither . nor $.",
        pages.GUARDRAILS,
        ("AJO221",),
        tuple(action({f"/endpoint/query/{name}": "x"}) for name in (".a", "$a")),
    ),
    Constraint(
        "Header values are parsed as RFC 7230, section 3.2.4, says.",
        pages.CUSTOM_ACTION,
        ("AJO225", "AJO226", "AJO224", "AJO227"),
        (
            action({f"{_HEADERS}/X-A": "a\r\nX-B: c"}),
            action({f"{_HEADERS}/X-A": "ä"}),
            action({_HEADERS: {"X-A": "1", "x-a": "2"}}),
            action({f"{_HEADERS}/Content-Length": "1"}),
        ),
    ),
    Constraint(
        "Content-Type may be edited, and stays a JSON type; it can't be removed.",
        pages.CUSTOM_ACTION,
        ("AJO222",),
        (
            *(
                action({f"{_HEADERS}/Content-Type": text})
                for text in ("text/plain", "application/xml", "", "application/json; charset=latin1")
            ),
            action({f"{_HEADERS}/content-type": {"$variable": "Type"}}),
            Filled(action(_JSON), {"subtype": "xml"}),
        ),
    ),
    Constraint(
        "Charset is set by the platform and can't be edited.",
        pages.CUSTOM_ACTION,
        ("AJO223",),
        (
            action({f"{_HEADERS}/Charset": "latin1"}),
            action({f"{_HEADERS}/Charset": {"$variable": "Charset"}}),
        ),
    ),
    Constraint(
        "A header or query parameter is a constant or a variable, and a text.",
        pages.CUSTOM_ACTION,
        ("AJO105", "AJO106"),
        (
            action({f"{_HEADERS}/X-A": 1}),
            action({"/endpoint/query/a": ["b"]}),
            action({"/endpoint/query/a": {"$variable": "A", "$type": "integer"}}),
        ),
    ),
    Constraint(
        "A constant is the same in all journeys: expressions belong into journeys.",
        pages.USING,
        ("AJO290",),
        (
            action({"/endpoint/query/a": "@event{Purchase.total}"}),
            Example("campaign", {"/request/a": "#{A.b}"}),
        ),
    ),
    Constraint(
        "The URL of the token endpoint obeys the same rules.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO213", "AJO214", "AJO219"),
        tuple(
            token({"/endpoint": text})
            for text in ("https://10.0.0.1/token", "https://a.example:8443/", "https://login.corp.adobe.com/")
        ),
    ),
)
"""Each documented constraint of this subject."""
