"""Laws over wild definitions: no rule raises, every place exists, no message steers a terminal."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from toolkit.core.canonical import DecimalLiteral
from toolkit.core.pointer import lookup
from toolkit.model.document import fill_document, to_document
from toolkit.model.kinds import Definition, parse_definition
from toolkit.model.payload import SCALAR_LIST_TYPES, SCALAR_TYPES
from toolkit.rules import RULES, TargetFacts, Together, check_definition, check_together, facts_of, rule
from toolkit.rules.examples import BASES
from toolkit.rules.wording import quoted

_PIECES = [
    *("${x}", "${secret:a/b@c}", "$${", "$", "https://", "http://", "://", ":", ":80", "/", "/../", "%2e%2e"),
    *("%", "[::1]", "[", "]", "@", "?", "#", "*", ".", "..", "-", "_", "0x7f", "127.1", "adobe.com"),
    *("localhost", "EncodeBase64(", "Encode(", ")", "json://", "expires_in", "response", "application/json"),
    *(";charset=", "INSERT SECRET HERE", "xoxb-1234567890-", "eyJhbGciOi.", "-----BEGIN ", "client_secret"),
    *("token", "a", "\xe9", "\uff11", "\U0001f600", ";", "=", '"', "'", "\\", "{", "}"),
]
_INVISIBLE = [
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\x00",
    "\x1b",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202e",
    "INSERT SECRET HERE",
]

_READABLE = [
    *("application/json", "text/plain", "UTF-8", "latin1", "en", "\xe9", " x ", "a\nb", "${x}", "Basic a:b"),
    *(
        "Basic EncodeBase64(${secret:a})",
        "EncodeBase64 (x)",
        "@event{A.b}",
        "{{profile.name}}",
        "<client id>",
    ),
    *(
        "CHANGEME",
        "9f86d081884c7d659a2feaa0c55ad015",
        "${secret:a}",
        "client_credentials",
        "a,b",
        "x" * 1_001,
    ),
]
_NAMES = [
    *(
        "Content-Type",
        "content-type",
        "Charset",
        "Authorization",
        "Host",
        "X-A",
        "x-a",
        "x-api-key",
        ".a",
        "$a",
    ),
    *("access_token", "client_id", "client_secret", "client_assertion", "scope", "grant_type", "a b", "a.b"),
    *("jo_status_code", "errorResponse", "channel", "eventType", "ctx", "email"),
]

texts = st.lists(st.sampled_from(_PIECES + _INVISIBLE) | st.text(max_size=4), max_size=7).map("".join)
lines = texts.filter(bool) | st.sampled_from(["A", "a ", " "])
keys = lines.filter(lambda key: "\x00" not in key) | st.sampled_from(_NAMES)
values = texts | st.sampled_from(_READABLE)
schemes = st.sampled_from(["https", "https", "https", "http", "HTTP", "ftp", "${x}"]).map("{}://".format)
_HOST_LABELS = [
    *("api", "a_b", "${x}", "xn--a", "*", "adobe", "campaign", "corp", "com", "io", "example", "0x7f", "1"),
    *("nip", "localhost", "", "-", "\xe9", "%41"),
]
hosts = st.lists(st.sampled_from(_HOST_LABELS), min_size=1, max_size=4).map(".".join) | st.sampled_from(
    ["[::1]", "[", "api.example", "api.example", "acme.campaign.adobe.com"]
)
ports = st.sampled_from(["", "", "", ":", ":80", ":443", ":8080", ":*", ":${x}"])
segments = st.sampled_from(["a", "", "..", "%2e", ":id", "[id]", "*", "${x}", "a b", "..;a"])
paths = st.lists(segments, max_size=3).map(lambda found: "".join("/" + segment for segment in found))
ends = st.sampled_from(["", "", "", "?a=b", "#a"])
user_infos = st.sampled_from(["", "", "", "", "user:pass@", "${x}@"])
addresses = st.tuples(schemes, user_infos, hosts, ports, paths, ends).map("".join) | texts
fields = keys.filter(lambda key: not key.startswith("$"))
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda n: DecimalLiteral(str(n)))
scalars = st.none() | st.booleans() | st.integers() | decimals | values
holes = st.fixed_dictionaries(
    {"$variable": lines},
    optional={"$type": st.sampled_from(SCALAR_TYPES + SCALAR_LIST_TYPES), "$optional": st.booleans()},
)
typed = st.builds(
    lambda value, kind: {"$constant": value, "$type": kind},
    texts,
    st.sampled_from(["dateOnly", "dateTime", "dateTimeOnly"]),
) | st.builds(
    lambda value, kind: {"$constant": value, "$type": kind},
    st.lists(scalars, max_size=3),
    st.sampled_from(SCALAR_LIST_TYPES),
)


def _dicts(names: SearchStrategy[str], values: SearchStrategy[Any], least: int = 0) -> SearchStrategy[Any]:
    return st.dictionaries(names, values, min_size=least, max_size=3)


items = st.recursive(holes, lambda inner: _dicts(fields, inner, 1), max_leaves=3)
lists = st.fixed_dictionaries({"$variable": lines, "$items": _dicts(fields, items, 1)})
nodes = st.recursive(
    scalars | holes | typed | lists,
    lambda inner: _dicts(fields, inner, 1) | st.lists(inner, min_size=1, max_size=3),
    max_leaves=6,
)
requests = _dicts(fields, nodes, 1)
answers = st.recursive(
    st.sampled_from(SCALAR_TYPES + SCALAR_LIST_TYPES),
    lambda inner: _dicts(fields, inner, 1) | _dicts(fields, inner, 1).map(lambda item: [item]),
    max_leaves=4,
).filter(lambda answer: isinstance(answer, dict))
_HEADERS = [
    {"X-A": "1", "x-a": "2", "Authorization": "Basic a:${secret:a}", "Content-Type": "a/b", "Charset": "a"},
    {"Authorization": "Basic EncodeBase64 (${secret:a})"},
]
parameters = st.sampled_from(_HEADERS) | _dicts(keys, values | st.fixed_dictionaries({"$variable": lines}))

cached = st.fixed_dictionaries(
    {
        "duration": st.integers(min_value=1),
        "timeUnit": st.sampled_from(
            ["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"]
        ),
    }
) | st.fixed_dictionaries({"expiryInResponse": lines, "timeUnit": st.sampled_from(["seconds", "days"])})
authentications = st.one_of(
    st.fixed_dictionaries({"type": st.just("basic"), "username": values, "password": values}),
    st.fixed_dictionaries(
        {
            "type": st.just("apiKey"),
            "name": keys,
            "value": values,
            "location": st.sampled_from(["header", "queryParam"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("customAuthorization"),
            "endpoint": addresses,
            "method": st.sampled_from(["GET", "POST"]),
            "tokenInResponse": lines,
            "authorizationType": st.sampled_from(["bearer", "header", "queryParam"]),
        },
        optional={
            "subType": st.just("certificateCredential"),
            "headers": st.sampled_from(_HEADERS) | _dicts(keys, values),
            "aud": values,
            "body": st.fixed_dictionaries(
                {"bodyType": st.sampled_from(["form", "json"]), "bodyParams": _dicts(keys, values)}
            ),
            "cacheDuration": cached,
            "tokenTarget": keys,
        },
    ),
)
lifecycles = st.fixed_dictionaries(
    {},
    optional={
        "previousName": lines,
        "owner": lines,
        "links": st.lists(addresses, max_size=3),
        "allow": st.lists(
            st.fixed_dictionaries(
                {"rule": st.just("AJO253"), "at": st.just("/name"), "because": lines.filter(str.strip)}
            ),
            max_size=2,
        ),
    },
)


def _envelope(base: str, required: dict[str, Any], optional: dict[str, Any]) -> SearchStrategy[Any]:
    head = {key: st.just(BASES[base][key]) for key in ("$schema", "formatVersion", "kind")}
    shared = {"description": texts, "lifecycle": lifecycles}
    return st.fixed_dictionaries({**head, "name": lines, **required}, optional={**shared, **optional})


_methods = st.lists(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"]), min_size=1, max_size=4
)
_services = _dicts(
    st.sampled_from(["action", "dataSource"]),
    st.fixed_dictionaries(
        {
            "rating": st.fixed_dictionaries(
                {"maxCallsCount": st.integers(min_value=1), "periodInMs": st.integers(min_value=1)}
            )
        },
        optional={"maxHttpConnections": st.integers(min_value=1)},
    ),
    1,
)
_wild_documents = st.one_of(
    _envelope(
        "action",
        {
            "endpoint": st.fixed_dictionaries(
                {"method": st.sampled_from(["GET", "POST", "PUT"]), "url": addresses},
                optional={"headers": parameters, "query": parameters},
            )
        },
        {
            "authentication": authentications,
            "governance": st.fixed_dictionaries(
                {"channel": st.just("other"), "requiredMarketingAction": lines}
            ),
            "request": requests,
            "allowNullValues": st.booleans(),
            "response": answers,
            "failureResponse": answers,
        },
    ),
    _envelope(
        "campaign",
        {"campaignType": st.sampled_from(["classic", "standard"]), "request": requests},
        {"endpoint": st.fixed_dictionaries({"url": addresses})},
    ),
    _envelope("capping", {"url": addresses, "methods": _methods, "services": _services}, {}),
    _envelope(
        "throttling",
        {"urlPattern": addresses, "methods": _methods, "maxThroughput": st.integers(200, 5000)},
        {},
    ),
)


@st.composite
def _mixed(draw: st.DrawFn) -> Any:
    """Wrong examples of all rules, some of their fields replaced by wild ones."""
    document = draw(st.sampled_from(RULES)).wrong.document()
    other = draw(_wild_documents)
    for name in other if other["kind"] == document["kind"] else ():
        if draw(st.booleans()):
            document[name] = other[name]
    return document


documents = _wild_documents | _mixed()

wild = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def _accepted(document: Any) -> Definition:
    parsed = parse_definition(document)
    assume(parsed.definition is not None)
    assert parsed.definition is not None
    return parsed.definition


@wild
@given(documents)
def test_no_rule_raises_and_every_finding_has_a_place_and_a_printable_message(document: Any) -> None:
    definition = _accepted(document)
    written = to_document(definition)

    for problem in check_definition(definition):
        lookup(written, problem.path)
        assert problem.message.isprintable()
        assert problem.fix.isprintable()
        assert rule(problem.code) is not None


@wild
@given(documents, texts)
def test_no_rule_raises_once_values_are_filled_in(document: Any, value: str) -> None:
    definition = _accepted(document)
    filled = _accepted(fill_document(definition.kind, to_document(definition), {"x": value}))

    for problem in check_definition(filled):
        lookup(to_document(filled), problem.path)
        assert problem.message.isprintable()


@wild
@given(st.lists(documents, max_size=5), st.booleans(), st.sampled_from([None, True, False]))
def test_no_rule_about_several_definitions_raises(
    found: list[Any], is_whole: bool, production: bool | None
) -> None:
    facts = tuple(facts_of(_accepted(document), f"{index}.json") for index, document in enumerate(found))
    target = TargetFacts("prod", production, ("stage",) if production else ())

    for file, problem in check_together(Together(facts, target, is_whole)):
        lookup(found[int(file.removesuffix(".json"))], problem.path)
        assert problem.message.isprintable()


@wild
@given(documents)
def test_findings_are_the_same_every_time(document: Any) -> None:
    assert check_definition(_accepted(document)) == check_definition(_accepted(document))


@given(st.text())
def test_quoted_text_is_printable_and_short(text: str) -> None:
    assert quoted(text).isprintable()
    assert len(quoted(text)) <= 82


@given(st.text(max_size=20).filter(lambda text: text.isascii() and text.isprintable()))
def test_quoted_text_is_read_back_by_json(text: str) -> None:
    assert json.loads(quoted(text)) == text
