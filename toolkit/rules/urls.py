"""The URLs that the platform calls: an action's own and that of its token endpoint (AJO21x)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolkit.core.diagnostics import Severity
from toolkit.core.mends import Mend, Put
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.hosts import why_not_public
from toolkit.rules.places import UrlPlace, once, urls
from toolkit.rules.reading import UNKNOWN, Url, read_url, url_fault, with_unknowns
from toolkit.rules.rule import ACTIONS, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import quoted, quoted_url

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_FINAL_DOT = re.compile(r"^(\w+://[^/?#]*)\.(?=(:\d*)?([/?#]|$))", re.ASCII)
_UNESCAPED = re.compile(r"[A-Za-z0-9._~-]*")
_REFERENCE = r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"
_PLAIN_HOST = re.compile(rf"(?:[a-z0-9.-]|{_REFERENCE})+")
_PLAIN_PATH = re.compile(rf"(?:/(?:(?:[A-Za-z0-9_-]|{_REFERENCE})(?:[A-Za-z0-9._~-]|{_REFERENCE})*)?)*")
_HTTPS = "https://"
_LONGEST_PLAIN = 1_000
_ENCODED_DOT = re.compile("%2e", re.IGNORECASE)


def is_plain_url(text: str) -> bool:
    """Tell whether a URL is https, a public host name and a path of plain segments: no rule minds it.

    A reference may stand for the host, or in its path.
    """
    return plain_parts(text) is not None


def plain_parts(text: str) -> tuple[str, str] | None:
    """Return host and path of a plain URL, as they are written; a long one is not plain."""
    if not text.startswith(_HTTPS) or len(text) > _LONGEST_PLAIN:
        return None
    # Each part by itself: many URLs share a host, and a path stays when values fill its host.
    host, slash, path = text[len(_HTTPS) :].partition("/")
    path = slash + path
    return (host, path) if _is_plain_host(host) and _is_plain_path(path) else None


@lru_cache(1_024)
def _is_plain_host(text: str) -> bool:
    return _PLAIN_HOST.fullmatch(text) is not None and _is_public(text)


@lru_cache(1_024)
def _is_plain_path(text: str) -> bool:
    return _PLAIN_PATH.fullmatch(text) is not None


def _is_public(text: str) -> bool:
    host = with_unknowns(text)
    url = Url("https", None, host, None, "", None, None)
    return url.is_at_name and not url.is_at_address and not why_not_public(host)


def _characters(definition: Definition) -> Iterator[Remark]:
    for place in urls(definition):
        found = url_fault(place.text)
        if found:
            yield Remark(place.path, f"the URL {quoted_url(place.text)} holds {quoted(found)}")


@once
def _readable(definition: Definition) -> Iterator[tuple[UrlPlace, Url]]:
    for place in urls(definition):
        url = read_url(place.text)
        if url is not None:
            yield place, url


@once
def _called(definition: Definition) -> Iterator[tuple[UrlPlace, Url]]:
    return ((place, url) for place, url in _readable(definition) if url.is_http)


@once
def _at_host(definition: Definition) -> Iterator[tuple[UrlPlace, Url, str]]:
    return ((place, url, url.host.lower()) for place, url in _called(definition) if url.host)


def _scheme(definition: Definition) -> Iterator[Remark]:
    for place, url in _readable(definition):
        if url.is_http:
            continue
        if UNKNOWN in (url.scheme or url.path):
            message = f"a reference stands where {quoted_url(place.text)} needs its scheme"
            yield Remark(place.path, message, "Write https:// in the definition, and the host as the value.")
        elif url.scheme:
            yield Remark(place.path, f"the scheme of {quoted_url(place.text)} is {quoted(url.scheme)}")
        else:
            yield Remark(place.path, f"{quoted_url(place.text)} has no scheme")


def _host(definition: Definition) -> Iterator[Remark]:
    for place, url in _called(definition):
        if url.host is None:
            yield Remark(place.path, f"{quoted_url(place.text)} names no host")
        elif not url.is_at_address and not url.is_at_name:
            shown = quoted(url.host.replace(UNKNOWN, "…"))
            dot = url.host.endswith(".")
            fix = (
                "Remove the final dot: limits and the hosts of secrets are compared by their text."
                if dot
                else ""
            )
            reason = "ends in a dot" if dot else "is not a host name"
            yield Remark(place.path, f"the host {shown} {reason}", fix, _without_final_dot(place))


def _without_final_dot(place: UrlPlace) -> Mend:
    text = _FINAL_DOT.sub(r"\1", place.text, count=1)
    return (Put(place.path, text),) if text != place.text else ()


def _address(definition: Definition) -> Iterator[Remark]:
    for place, url, host in _at_host(definition):
        if url.is_at_address:
            yield Remark(
                place.path, f"the host {quoted(host.replace(UNKNOWN, '…'))} is read as an IP address"
            )


def _port(definition: Definition) -> Iterator[Remark]:
    for place, url, _ in _at_host(definition):
        if url.port is not None and UNKNOWN not in url.port and url.port not in _DEFAULT_PORTS.values():
            yield Remark(place.path, f"the port {quoted(url.port)} is neither 80 nor 443")


def _port_of_scheme(definition: Definition) -> Iterator[Remark]:
    for place, url, _ in _at_host(definition):
        default = _DEFAULT_PORTS[str(url.scheme)]
        if url.port in _DEFAULT_PORTS.values() and url.port != default:
            yield Remark(place.path, f"the port {url.port} is not that of {url.scheme}, {default}")


def _extra(definition: Definition) -> Iterator[Remark]:
    for place, url in _called(definition):
        if url.user_info is not None:
            fix = 'Remove it; credentials belong in "authentication".'
            yield Remark(place.path, "the URL has a user name or password before its host", fix)
        if url.query is not None and not place.is_token_endpoint:
            fix = 'Move it to "query" of the endpoint.'
            mend = _moved_query(definition, place, url)
            yield Remark(place.path, f"the URL {quoted_url(place.text)} has a query", fix, mend)
        if url.fragment is not None:
            fix, message = "Remove # and what follows.", f"the URL {quoted_url(place.text)} has a fragment"
            mend = (Put(place.path, place.text.removesuffix("#")),) if not url.fragment else ()
            yield Remark(place.path, message, fix, mend)


def _moved_query(definition: Definition, place: UrlPlace, url: Url) -> Mend:
    """Move plain parameters to the endpoint's own, where none of them has a name that is there already."""
    if url.fragment is not None or not isinstance(definition, CustomAction):
        return ()
    static, _, query = place.text.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if query]
    names = [name for name, _, _ in pairs]
    taken = {*definition.endpoint.query, ""}
    if len(set(names)) < len(names) or taken & set(names) or not all(map(_is_plain, pairs)):
        return ()
    at = ("endpoint", "query")
    if definition.endpoint.query:
        moved = tuple(Put((*at, name), value) for name, _, value in pairs)
    else:
        moved = (Put(at, {name: value for name, _, value in pairs}),) if pairs else ()
    return (Put(place.path, static), *moved)


def _is_plain(pair: tuple[str, str, str]) -> bool:
    """Tell whether a name and a value are there, and read the same escaped or not."""
    name, equals, value = pair
    return bool(equals and _UNESCAPED.fullmatch(name) and _UNESCAPED.fullmatch(value))


def _dot_segments(definition: Definition) -> Iterator[Remark]:
    for place, url in _called(definition):
        for segment in url.path.split("/"):
            if _ENCODED_DOT.sub(".", segment).partition(";")[0] in (".", ".."):
                yield Remark(
                    place.path, f"the path of {quoted_url(place.text)} has the segment {quoted(segment)}"
                )
                break


def _plain_http(definition: Definition) -> Iterator[Remark]:
    for place, url in _called(definition):
        if url.scheme == "http":
            yield Remark(place.path, f"{quoted_url(place.text)} is called without encryption")


def _not_public(definition: Definition) -> Iterator[Remark]:
    for place, url, host in _at_host(definition):
        if url.is_at_address or not url.is_at_name:
            continue
        reason = why_not_public(host)
        if reason:
            yield Remark(place.path, f"{quoted(host.replace(UNKNOWN, '…'))} {reason}")


def _with_url(wrong: str, right: str = "https://api.loyalty.example/v2/messages") -> tuple[Example, Example]:
    return Example("action", {"/endpoint/url": wrong}), Example("action", {"/endpoint/url": right})


_CHARACTERS = _with_url(
    "https://api.loyalty.example/v2/all messages", "https://api.loyalty.example/v2/all%20messages"
)
_SCHEME = _with_url("ftp://api.loyalty.example/v2/messages")
_HOST = _with_url("https:///v2/messages", "https://${loyaltyHost}/v2/messages")
_ADDRESS = _with_url("https://0x7f.1/v2/messages", "https://0x7f.loyalty.example/v2/messages")
_PORT = _with_url("https://api.loyalty.example:8443/v2", "https://api.loyalty.example:443/v2")
_EXTRA = _with_url("https://api.loyalty.example/v2?source=journey")
_PORT_OF_SCHEME = _with_url("https://api.loyalty.example:80/v2", "https://api.loyalty.example:443/v2")
_DOTS = _with_url("https://api.loyalty.example/v2/../admin", "https://api.loyalty.example/v2/admin..")
_HTTP = _with_url("http://api.loyalty.example/v2/messages")
_PUBLIC = _with_url("https://build.corp.adobe.com/hooks", "https://eventsingress.adobe.io/")

RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO210",
        severity=Severity.ERROR,
        summary="A URL holds only what URLs can hold.",
        why="Spaces, backslashes, control characters, braces, letters outside ASCII and a % that escapes "
        "nothing are no part of a URL (RFC 3986); readers mend them differently, and so may call "
        "another host.",
        fix="Write %20 and the like in a path, the xn-- form of a host name; a journey adds the dynamic "
        "path.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_characters,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_CHARACTERS[0],
        right=_CHARACTERS[1],
    ),
    Rule(
        id="AJO211",
        severity=Severity.ERROR,
        summary="A URL begins with https:// or http://.",
        why="The platform calls nothing else, and no value of a target may decide on encryption.",
        fix="Begin the URL with https://.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_scheme,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_SCHEME[0],
        right=_SCHEME[1],
    ),
    Rule(
        id="AJO212",
        severity=Severity.ERROR,
        summary="A URL names a host.",
        why="The static part of a URL is scheme, host and path; a host is labels of letters, digits, "
        "hyphens and underscores, without a final dot.",
        fix="Write the name of the host after ://.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_host,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_HOST[0],
        right=_HOST[1],
    ),
    Rule(
        id="AJO213",
        severity=Severity.ERROR,
        summary="A URL's host is a name, not an IP address.",
        why="The platform does not allow IP addresses; a host that ends in a number is read as one, in "
        "whatever form: 10.1, 2130706433, 0x7f.1, 0177.0.0.1, [::1].",
        fix="Use the host's name.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_address,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_ADDRESS[0],
        right=_ADDRESS[1],
    ),
    Rule(
        id="AJO214",
        severity=Severity.ERROR,
        summary="A URL's port is absent, 80 or 443.",
        why="The platform allows only the default ports. An example of the capping API has the port 8080; "
        "the page about actions is plain, so this is an error for actions and a warning for patterns "
        "(AJO266).",
        fix="Remove the port; offer the service on 443.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_port,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_PORT[0],
        right=_PORT[1],
    ),
    Rule(
        id="AJO215",
        severity=Severity.ERROR,
        summary="A URL ends with its path, and has no user name.",
        why="An action's URL is its static part; parameters stand in fields of their own. A token endpoint "
        "may have a query: nothing forbids it, and a GET request for a token has no other place for "
        "parameters.",
        fix="Remove what stands before the host or after the path.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_extra,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_EXTRA[0],
        right=_EXTRA[1],
    ),
    Rule(
        id="AJO216",
        severity=Severity.WARNING,
        summary="A URL's port is that of its scheme.",
        why='The page says "80 for http and 443 for https"; the other way round is at least a likely '
        "mistake.",
        fix="Remove the port.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_port_of_scheme,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_PORT_OF_SCHEME[0],
        right=_PORT_OF_SCHEME[1],
    ),
    Rule(
        id="AJO217",
        severity=Severity.ERROR,
        summary="A URL's path has no dot segments, . and the like.",
        why="Whoever resolves them calls another path than the one that was reviewed.",
        fix="Write the path that is meant.",
        page=pages.OURS,
        kinds=ACTIONS,
        check=_dot_segments,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_DOTS[0],
        right=_DOTS[1],
    ),
    Rule(
        id="AJO218",
        severity=Severity.WARNING,
        summary="A URL begins with https://.",
        why="The platform strongly recommends HTTPS: profile data and credentials travel in these calls.",
        fix="Use https:// if the service offers it.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_plain_http,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_HTTP[0],
        right=_HTTP[1],
    ),
    Rule(
        id="AJO219",
        severity=Severity.WARNING,
        summary="A URL's host is public.",
        why="The platform does not allow Adobe addresses that are not public. One page says no more, another "
        "writes .adobe.* for all of them: that would include public ones, so this is a warning, and "
        "adobe.io, adobelogin.com, www.adobe.com and the hosts of Campaign pass. Names without a dot and "
        ".local, .internal, .lan and the like exist on private networks only; 10.0.0.1.nip.io is an IP "
        "address.",
        fix="Use a public host name, or ignore this if the host is one.",
        page=pages.GUARDRAILS,
        kinds=ACTIONS,
        check=_not_public,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=_PUBLIC[0],
        right=_PUBLIC[1],
    ),
)
