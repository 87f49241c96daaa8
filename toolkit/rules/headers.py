"""Headers and query parameters (AJO22x)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from toolkit.core.diagnostics import Severity
from toolkit.core.mends import Drop, Mend, Put
from toolkit.core.pointer import Path
from toolkit.model.authentication import ApiKeyAuthentication, CustomAuthorization
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.places import Field, headers, once, query_parameters, token_headers
from toolkit.rules.reading import has_reference, has_secret, is_token, literals, with_unknowns
from toolkit.rules.rule import CUSTOM, Remark, Rule
from toolkit.rules.secrets import looks_secret
from toolkit.rules.trait import Trait
from toolkit.rules.wording import code_point, quoted, steering_character

_LONGEST_MEDIA_TYPE = 200
_MEDIA_TYPE = re.compile(
    r"(?P<type>[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+)"
    r"(?P<parameters>([ \t]*;[ \t]*[a-z0-9_.-]+=([a-z0-9!#$%&'*+.^_`|~-]+|\"[^\"\\\x00-\x1f]*\"))*)[ \t]*",
    re.IGNORECASE,
)
_CHARSET = re.compile(r";[ \t]*charset=\"?([^\";]*)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_OF_THE_CONNECTION = (
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)


def header_name_fault(name: str) -> str:
    """Say why `name` can't be a header's name; empty when it can."""
    if name.startswith((".", "$")):
        return f'begins with "{name[0]}"'
    return "" if is_token(name) else "is not a token of RFC 7230"


def query_name_fault(name: str) -> str:
    """Say why `name` can't be a query parameter's name; empty when it can."""
    if name.startswith((".", "$")):
        return f'begins with "{name[0]}"'
    return "holds a control character" if steering_character(name) else ""


@lru_cache(4_096)
def is_plain_header(name: str, value: str | None) -> bool:
    """Tell whether no rule about single headers has a word to say; None is the value of a variable."""
    lower = name.lower()
    if header_name_fault(name) or lower == "charset" or lower in _OF_THE_CONNECTION:
        return False
    if lower == "content-type":
        return value == "application/json"
    return value is None or (value.isascii() and value.isprintable() and value == value.strip(" "))


@once
def _all_headers(definition: Definition) -> Iterator[Field]:
    yield from headers(definition)
    yield from token_headers(definition)


def _header_names(definition: Definition) -> Iterator[Remark]:
    for field in _all_headers(definition):
        fault = header_name_fault(field.name)
        if fault:
            yield Remark(field.path, f"the header name {quoted(field.name)} {fault}")


def _query_names(definition: Definition) -> Iterator[Remark]:
    for field in query_parameters(definition):
        fault = query_name_fault(field.name)
        if fault:
            yield Remark(field.path, f"the parameter name {quoted(field.name)} {fault}")


def _content_type(definition: Definition) -> Iterator[Remark]:
    for field in headers(definition):
        if field.name.lower() != "content-type":
            continue
        if not isinstance(field.value, str):
            yield Remark(field.path, "Content-Type is a variable")
        elif not has_reference(field.value) and not is_json_media_type(field.value):
            yield Remark(field.path, f"{quoted(field.value)} is not a JSON media type in UTF-8")


def is_json_media_type(text: str) -> bool:
    """Tell whether a text is ``application/json`` or a ``+json`` type, its charset absent or UTF-8."""
    match = _MEDIA_TYPE.fullmatch(text) if len(text) <= _LONGEST_MEDIA_TYPE else None
    if match is None:
        return False
    media_type = match["type"].lower()
    charsets = {charset.strip().lower() for charset in _CHARSET.findall(match["parameters"])}
    return (media_type == "application/json" or media_type.endswith("+json")) and charsets <= {"utf-8"}


def _charset(definition: Definition) -> Iterator[Remark]:
    for field in headers(definition):
        if field.name.lower() != "charset":
            continue
        if not isinstance(field.value, str):
            yield Remark(field.path, "Charset is a variable")
        elif field.value != "UTF-8" and not has_reference(field.value):
            mend = _without(definition, field) if _is_utf_8(field.value) else ()
            yield Remark(field.path, f"Charset is {quoted(field.value)}", mend=mend)


def _is_utf_8(charset: str) -> bool:
    return charset.strip().lower().replace("_", "-") in ("utf-8", "utf8")


def _without(definition: Definition, field: Field) -> Mend:
    """Leave a header of the action out, and with the last one the object that held it."""
    return (Drop(field.path if len(headers(definition)) > 1 else field.path[:-1]),)


def _repeated(definition: Definition) -> Iterator[Remark]:
    for fields in (headers(definition), token_headers(definition)):
        yield from _repeated_in(fields)


def _repeated_in(fields: Iterable[Field]) -> Iterator[Remark]:
    seen: dict[str, Field] = {}
    for field in fields:
        first = seen.setdefault(field.name.lower(), field)
        if first is not field:
            message = f"the header {quoted(field.name)} stands there as {quoted(first.name)} too"
            yield Remark(field.path, message, mend=_without_repeat(field, first))


def _without_repeat(field: Field, first: Field) -> Mend:
    return (Drop(field.path),) if field.value == first.value and not _is_near_credential(field) else ()


def _is_near_credential(field: Field) -> bool:
    named = field.name.lower() == "authorization" or looks_secret(field.name)
    return named or (isinstance(field.value, str) and has_secret(field.value))


@once
def _constant_headers(definition: Definition) -> Iterator[Field]:
    yield from (field for field in _all_headers(definition) if isinstance(field.value, str))
    key = definition.authentication if isinstance(definition, CustomAction) else None
    if isinstance(key, ApiKeyAuthentication) and key.location == "header":
        yield Field(("authentication", "value"), key.name, key.value)


def _control_characters(definition: Definition) -> Iterator[Remark]:
    for field in _constant_headers(definition):
        if str(field.value).isprintable():
            continue
        found = next(
            (match[0] for text in literals(str(field.value)) for match in _CONTROL.finditer(text)), ""
        )
        if found:
            message = f"the value of the header {quoted(field.name)} holds {code_point(found)}"
            yield Remark(field.path, message)


def _fragile_values(definition: Definition) -> Iterator[Remark]:
    for field in _constant_headers(definition):
        text = with_unknowns(str(field.value))
        if not text.isascii():
            foreign = next(character for character in text if character > "\x7f")
            message = (
                f"the value of the header {quoted(field.name)} holds {quoted(foreign)}, which is not ASCII"
            )
            yield Remark(field.path, message, "Keep to ASCII, or send the value in the body.")
        elif text != text.strip(" \t"):
            message = f"the value of the header {quoted(field.name)} begins or ends with a blank"
            yield Remark(field.path, message, "Remove the blank; receivers do.", _trimmed(field))


def _trimmed(field: Field) -> Mend:
    """Take the blanks away that receivers take away, but never where a credential is near."""
    text = str(field.value)
    if field.path[0] == "authentication" or _is_near_credential(field):
        return ()
    return (Put(field.path, text.strip(" \t")),)


def _connection_headers(definition: Definition) -> Iterator[Remark]:
    for field in _all_headers(definition):
        if field.name.lower() in _OF_THE_CONNECTION:
            yield Remark(field.path, f"the header {quoted(field.name)} belongs to the connection")
    match definition.authentication if isinstance(definition, CustomAction) else None:
        case ApiKeyAuthentication(name=str(name), location="header"):
            path: Path = ("authentication", "name")
        case CustomAuthorization(token_target=str(name), authorization_type="header"):
            path = ("authentication", "tokenTarget")
        case _:
            return
    if name.lower() in _OF_THE_CONNECTION:
        yield Remark(path, f"the header {quoted(name)} belongs to the connection")


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO220",
        severity=Severity.ERROR,
        summary="A header's name is a token of RFC 7230 and begins with neither . nor $.",
        why="The platform validates headers by RFC 7230 and refuses names that begin with . or $.",
        fix="Use letters, digits and hyphens.",
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_header_names,
        needs=frozenset({Trait.ODD_HEADER, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/headers/X Locale": "en"}),
        right=Example("action", {"/endpoint/headers/X-Locale": "en"}),
    ),
    Rule(
        id="AJO221",
        severity=Severity.ERROR,
        summary="A query parameter's name begins with neither . nor $ and holds no control characters.",
        why="The platform refuses names that begin with . or $.",
        fix="Use a name without it.",
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_query_names,
        needs=frozenset({Trait.ODD_PARAMETER}),
        wrong=Example("action", {"/endpoint/query/$lang": "en"}),
        right=Example("action", {"/endpoint/query/lang": "en"}),
    ),
    Rule(
        id="AJO222",
        severity=Severity.ERROR,
        summary="Content-Type is a constant JSON media type.",
        why="The header may be edited but must stay a JSON type, and custom actions send nothing but JSON "
        "in UTF-8.",
        fix="Write application/json, or a type that ends in +json.",
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_content_type,
        needs=frozenset({Trait.ODD_HEADER}),
        wrong=Example("action", {"/endpoint/headers/Content-Type": "text/plain"}),
        right=Example(
            "action", {"/endpoint/headers/Content-Type": "application/cloudevents+json; charset=utf-8"}
        ),
    ),
    Rule(
        id="AJO223",
        severity=Severity.ERROR,
        summary="Charset is UTF-8.",
        why="The platform always sends the header Charset and does not let it be edited.",
        fix="Leave the header out.",
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_charset,
        needs=frozenset({Trait.ODD_HEADER}),
        wrong=Example("action", {"/endpoint/headers/Charset": "ISO-8859-1"}),
        right=Example("action", {"/endpoint/headers/Charset": "UTF-8"}),
    ),
    Rule(
        id="AJO224",
        severity=Severity.ERROR,
        summary="No two headers differ by case alone.",
        why="Header names are the same in any case (RFC 7230); which of two values is sent is anybody's "
        "guess.",
        fix="Keep one of the two.",
        page=pages.OURS,
        kinds=CUSTOM,
        check=_repeated,
        needs=frozenset({Trait.REPEATED_HEADER, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/headers": {"X-Locale": "en", "x-locale": "de"}}),
        right=Example("action", {"/endpoint/headers": {"X-Locale": "en"}}),
    ),
    Rule(
        id="AJO225",
        severity=Severity.ERROR,
        summary="A header's value holds no line breaks or other control characters.",
        why="A line break would begin another header (RFC 7230, section 3.2.4).",
        fix="Remove the character named.",
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_control_characters,
        needs=frozenset({Trait.ODD_HEADER, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/headers/X-Locale": "en\r\nX-Role: admin"}),
        right=Example("action", {"/endpoint/headers/X-Locale": "en"}),
    ),
    Rule(
        id="AJO226",
        severity=Severity.WARNING,
        summary="A header's value is ASCII, without blanks around it.",
        why="Receivers remove blanks, and disagree about the encoding of anything else (RFC 7230, section "
        "3.2.4).",
        fix="Keep to ASCII, without blanks around it.",
        page=pages.OURS,
        kinds=CUSTOM,
        check=_fragile_values,
        needs=frozenset({Trait.ODD_HEADER, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/headers/X-Team": "Zürich"}),
        right=Example("action", {"/endpoint/headers/X-Team": "Zurich"}),
    ),
    Rule(
        id="AJO227",
        severity=Severity.WARNING,
        summary="No header belongs to the connection.",
        why="Host, Content-Length, Transfer-Encoding and the like are decided for each connection by whoever "
        "sends; set by hand they are dropped, or break the call.",
        fix="Leave the header out.",
        page=pages.OURS,
        kinds=CUSTOM,
        check=_connection_headers,
        needs=frozenset({Trait.ODD_HEADER, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/headers/Host": "api.loyalty.example"}),
        right=Example("action", {"/endpoint/headers/X-Origin": "api.loyalty.example"}),
    ),
)
