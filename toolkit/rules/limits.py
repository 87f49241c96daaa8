"""Capping and throttling (AJO26x). ``ERR_…`` are the platform's own codes for the same."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.core.pointer import Path
from toolkit.model.guardrails import DATA_SOURCE_CAP, Rate
from toolkit.model.kinds import Definition
from toolkit.model.limits import EndpointConfig, ServiceLimit, ThrottlingConfig
from toolkit.model.outline import Outline, Service
from toolkit.rules import pages
from toolkit.rules.examples import REMOVED, Example
from toolkit.rules.places import once
from toolkit.rules.reading import UNKNOWN, Url, read_url, url_fault
from toolkit.rules.rule import CAPPING, LIMITS, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.urls import is_plain_url
from toolkit.rules.wording import quoted, quoted_url

_MOST_CONNECTIONS = 400
_SHORTEST_PERIOD_MS, _LONGEST_PERIOD_MS = 100, 86_400_000
_CALLED_BY_ACTIONS = frozenset({"GET", "POST", "PUT"})


def is_usual_limit(limit: Outline) -> bool:
    """Tell whether a limit is one that no rule of this theme minds."""
    methods, services = limit.methods, limit.services
    return (
        limit.pattern is not None
        and is_plain_pattern(limit.pattern)
        and len(set(methods)) == len(methods)
        and _CALLED_BY_ACTIONS.issuperset(methods)
        and services.keys() == {"action"}
        and all(map(_is_usual_service, services.values()))
    )


def is_plain_pattern(text: str) -> bool:
    """Tell whether no rule minds a pattern; as with URLs, a reference may stand in it."""
    # A wildcard may stand where a letter may, but not in the host.
    beginning, wildcard, rest = text.partition("*")
    return (
        is_plain_url(text)
        if not wildcard
        else "/" in beginning[len("https://") :] and is_plain_url(f"{beginning}x{rest.replace('*', 'x')}")
    )


def _is_usual_service(service: Service) -> bool:
    return (
        service.connections is not None
        and service.connections <= _MOST_CONNECTIONS
        and service.calls > 1
        and _SHORTEST_PERIOD_MS <= service.period_ms <= _LONGEST_PERIOD_MS
    )


def _pattern(definition: Definition) -> tuple[Path, str] | None:
    match definition:
        case EndpointConfig(url=text):
            return ("url",), text
        case ThrottlingConfig(url_pattern=text):
            return ("urlPattern",), text
        case _:
            return None


@once
def _readable(definition: Definition) -> Iterator[tuple[Path, Url]]:
    place = _pattern(definition)
    url = read_url(place[1]) if place else None
    if place and url and url.is_http:
        yield place[0], url


def _wildcards(definition: Definition) -> Iterator[Remark]:
    for path, url in _readable(definition):
        for what, text in (("host", url.host), ("port", url.port)):
            if text and "*" in text:
                yield Remark(path, f"the {what} {quoted(text.replace(UNKNOWN, '…'))} holds a wildcard")


def _malformed(definition: Definition) -> Iterator[Remark]:
    place = _pattern(definition)
    if place is None:
        return
    path, text = place
    fault, url = url_fault(text), read_url(text)
    if fault:
        yield Remark(path, f"the pattern {quoted_url(text)} holds {quoted(fault)}")
    elif url is None or not url.is_http:
        yield Remark(path, f"the pattern {quoted_url(text)} does not begin with https:// or http://")
    elif url.host is None or not (url.is_at_name or url.is_at_address or "*" in url.host):
        yield Remark(path, f"the pattern {quoted_url(text)} names no host")
    elif url.user_info is not None:
        yield Remark(path, "the pattern has a user name or password before its host")
    elif not _is_port(url.port):
        yield Remark(path, f"the port {quoted(str(url.port))} is no port")


def _is_port(port: str | None) -> bool:
    if port is None or UNKNOWN in port or "*" in port:
        return True
    return port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65_535


def _never_matches(definition: Definition) -> Iterator[Remark]:
    for path, url in _readable(definition):
        port = url.port or ""
        if url.host and url.is_at_address:
            yield Remark(path, f"the host {quoted(url.host.replace(UNKNOWN, '…'))} is read as an IP address")
        if _is_port(port) and port not in ("", "80", "443") and UNKNOWN not in port and "*" not in port:
            yield Remark(path, f"the port {port} is neither 80 nor 443")
        if url.query is not None or url.fragment is not None:
            yield Remark(path, "the pattern has a query or a fragment")


def _repeated_methods(definition: Definition) -> Iterator[Remark]:
    if isinstance(definition, (EndpointConfig, ThrottlingConfig)):
        seen: set[str] = set()
        for index, method in enumerate(definition.methods):
            if method in seen:
                yield Remark(("methods", index), f"{method} stands there twice")
            seen.add(method)


def _uncalled_methods(definition: Definition) -> Iterator[Remark]:
    if isinstance(definition, (EndpointConfig, ThrottlingConfig)):
        for index, method in enumerate(definition.methods):
            if method not in _CALLED_BY_ACTIONS:
                yield Remark(("methods", index), f"nothing in a journey calls with {method}")


def _services(definition: Definition) -> Iterator[tuple[Path, ServiceLimit]]:
    if isinstance(definition, EndpointConfig):
        services = definition.services
        for name, limit in (("action", services.action), ("dataSource", services.data_source)):
            if limit is not None:
                yield ("services", name), limit


def _connections_missing(definition: Definition) -> Iterator[Remark]:
    for path, limit in _services(definition):
        if limit.max_http_connections is None:
            yield Remark(path, "maxHttpConnections is not set")


def _connections(definition: Definition) -> Iterator[Remark]:
    for path, limit in _services(definition):
        if (limit.max_http_connections or 0) > _MOST_CONNECTIONS:
            message = f"maxHttpConnections is above {_MOST_CONNECTIONS}"
            yield Remark((*path, "maxHttpConnections"), message)


def _rating(definition: Definition) -> Iterator[Remark]:
    for path, limit in _services(definition):
        if limit.rating.max_calls_count == 1:
            fix = "Count over a longer period, such as 2 calls in twice the time."
            yield Remark((*path, "rating", "maxCallsCount"), "maxCallsCount is 1", fix)
        if not _SHORTEST_PERIOD_MS <= limit.rating.period_in_ms <= _LONGEST_PERIOD_MS:
            message = "the period is shorter than a tenth of a second or longer than a day"
            yield Remark((*path, "rating", "periodInMs"), message)


def _data_source_cap(definition: Definition) -> Iterator[Remark]:
    for path, limit in _services(definition):
        rate = Rate(limit.rating.max_calls_count, limit.rating.period_in_ms)
        if path[-1] == "dataSource" and rate.is_above(DATA_SOURCE_CAP):
            yield Remark((*path, "rating"), f"{rate} are more than data sources may make, {DATA_SOURCE_CAP}")


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO260",
        severity=Severity.ERROR,
        summary="A URL pattern has no wildcard in host or port.",
        why="The platform refuses to deploy it: ERR_ENDPOINTCONFIG_102, ERR_THROTTLING_CONFIG_105.",
        fix="Write the host out, with one limit for each.",
        page=pages.CAPPING,
        kinds=LIMITS,
        check=_wildcards,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example("capping", {"/url": "https://*.loyalty.example/v2/*"}),
        right=Example("capping", {"/url": "https://${loyaltyHost}/v2/*"}),
    ),
    Rule(
        id="AJO261",
        severity=Severity.ERROR,
        summary="A URL pattern is an http or https URL.",
        why="The platform refuses to deploy a malformed one: ERR_ENDPOINTCONFIG_101, "
        "ERR_THROTTLING_CONFIG_104.",
        fix="Write the URL that actions call, with * for what varies after the host.",
        page=pages.CAPPING,
        kinds=LIMITS,
        check=_malformed,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example("throttling", {"/urlPattern": "api.loyalty.example/v2/*"}),
        right=Example("throttling", {"/urlPattern": "https://api.loyalty.example/v2/*"}),
    ),
    Rule(
        id="AJO262",
        severity=Severity.WARNING,
        summary="A limit names each method once.",
        why="A second time says nothing; another method may be missing.",
        fix="Remove it, or write the method that is meant.",
        page=pages.OURS,
        kinds=LIMITS,
        check=_repeated_methods,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example("capping", {"/methods": ["POST", "POST"]}),
        right=Example("capping", {"/methods": ["POST", "PUT"]}),
    ),
    Rule(
        id="AJO263",
        severity=Severity.WARNING,
        summary="A capping sets maxHttpConnections.",
        why="Without it the platform may open thousands of connections at once; it warns of this as "
        "ERR_ENDPOINTCONFIG_106.",
        fix="Set the number of connections that the service stands, at most 400.",
        page=pages.CAPPING,
        kinds=CAPPING,
        check=_connections_missing,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example("capping", {"/services/action/maxHttpConnections": REMOVED}),
        right=Example("capping", {"/services/action/maxHttpConnections": 50}),
    ),
    Rule(
        id="AJO264",
        severity=Severity.WARNING,
        summary="maxHttpConnections is at most 400.",
        why="Two pages name 400 as the highest value; examples of the API, answers of the platform among "
        "them, go up to 30,000, so this is no error.",
        fix="Set 400 or less.",
        page=pages.CAPPING,
        kinds=CAPPING,
        check=_connections,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example("capping", {"/services/action/maxHttpConnections": 401}),
        right=Example("capping", {"/services/action/maxHttpConnections": 400}),
    ),
    Rule(
        id="AJO265",
        severity=Severity.WARNING,
        summary="A rating is plausible.",
        why='One page says that maxCallsCount "has to be greater than 1", the API that its minimum is 1: 1 '
        "is a warning. Periods below a tenth of a second or above a day are usually seconds taken for "
        "milliseconds, or the other way round.",
        fix="Give the period in milliseconds: 1000 for a second, 60000 for a minute.",
        page=pages.EXTERNAL_SYSTEMS,
        kinds=CAPPING,
        check=_rating,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example("capping", {"/services/action/rating/periodInMs": 60}),
        right=Example("capping", {"/services/action/rating/periodInMs": 60_000}),
    ),
    Rule(
        id="AJO266",
        severity=Severity.WARNING,
        summary="A URL pattern can match an action.",
        why="Actions call host names on the ports 80 and 443, by URLs without query and fragment. An "
        "example of the capping API has the port 8080, so this is no error.",
        fix="Write the pattern as actions write their URL.",
        page=pages.CUSTOM_ACTION,
        kinds=LIMITS,
        check=_never_matches,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example("capping", {"/url": "https://api.loyalty.example:8080/v2/*"}),
        right=Example("capping", {"/url": "https://api.loyalty.example:443/v2/*"}),
    ),
    Rule(
        id="AJO267",
        severity=Severity.WARNING,
        summary="A limit names methods that journeys call with.",
        why="Actions call with GET, POST and PUT, data sources with GET and POST; the API knows more "
        "methods.",
        fix="Name the methods of the actions that the limit is for.",
        page=pages.CUSTOM_ACTION,
        kinds=LIMITS,
        check=_uncalled_methods,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example("throttling", {"/methods": ["POST", "DELETE"]}),
        right=Example("throttling", {"/methods": ["POST", "PUT"]}),
    ),
    Rule(
        id="AJO268",
        severity=Severity.WARNING,
        summary="A capping of data sources stays within 15 calls a second.",
        why="External data sources make 15 calls a second at most unless Adobe puts a private endpoint on "
        "its list. Examples of the capping API go beyond that, so this is no error.",
        fix="Let maxCallsCount be 15 for a period of 1000, or ask Adobe to list the endpoint.",
        page=pages.EXTERNAL_SYSTEMS,
        kinds=CAPPING,
        check=_data_source_cap,
        needs=frozenset({Trait.ODD_LIMIT}),
        wrong=Example(
            "capping",
            {
                "/services": {
                    "dataSource": {
                        "maxHttpConnections": 50,
                        "rating": {"maxCallsCount": 500, "periodInMs": 1000},
                    }
                }
            },
        ),
        right=Example(
            "capping",
            {
                "/services": {
                    "dataSource": {
                        "maxHttpConnections": 50,
                        "rating": {"maxCallsCount": 15, "periodInMs": 1000},
                    }
                }
            },
        ),
    ),
)
