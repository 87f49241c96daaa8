"""A curl command as the call that it makes. Nothing is run, no file is read, no credential is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from toolkit.app.new.call import Call
from toolkit.app.new.curl_options import DATA, FLAGS, REFUSED, SHORT, full_name, takes_value
from toolkit.app.new.draft import listed
from toolkit.app.new.shell import split_command
from toolkit.core.canonical import Json, JsonError, JsonLimitError, parse_json
from toolkit.core.errors import AjoError

_METHOD = re.compile(r"[A-Za-z]{1,20}")
_PROGRAMS = ("curl", "curl.exe")


@dataclass(slots=True)
class _Command:
    urls: list[str] = field(default_factory=list)
    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[tuple[str, str]] = field(default_factory=list)
    user: str | None = None
    flags: list[str] = field(default_factory=list)


def call_of_curl(text: str, *, has_body: bool = False) -> Call:
    """Read a command line; with `has_body` its data is ignored, since a better example is there.

    Raises :class:`AjoError` AJO811, whose message shows nothing of the command but names of options.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _refused("it is not UTF-8 text")
    found = split_command(text.lstrip().removeprefix("$ "))
    if not found.words or found.words[0] not in _PROGRAMS:
        if len(found.words) == 1:
            fix = "Write --from-curl @FILE to read the command from a file."
            raise AjoError("AJO811", "a single word is no command", fix=fix)
        fix = 'Copy the whole command, in bash\'s form ("Copy as cURL (bash)"), and put it in single quotes.'
        raise AjoError("AJO811", "the command does not begin with curl", fix=fix)
    command = _Command()
    words = iter(found.words[1:])
    for word in words:
        _take(word, words, command)
    notes = ["what follows the command (a pipe, another command) was ignored"] if found.more else []
    return _call(command, notes, has_body=has_body)


def _refused(message: str, fix: str = "") -> AjoError:
    return AjoError("AJO811", f"the command can't become an action: {message}", fix=fix)


def _take(word: str, words: Iterator[str], command: _Command) -> None:
    if word.startswith("--") and len(word) > 2:
        name = full_name(word)
        if name is None:
            shown = word if re.fullmatch(r"--[a-z-]{1,30}", word) else "one"
            raise _refused(f"the option {shown} is not known", "Take the option out.")
        _option(name, words, command)
    elif word.startswith("-") and len(word) > 1 and word != "--":
        _short_options(word, words, command)
    elif word != "--":
        command.urls.append(word)


def _short_options(word: str, words: Iterator[str], command: _Command) -> None:
    for position, letter in enumerate(word[1:], start=2):
        name = SHORT.get(letter)
        if name is None:
            shown = f"-{letter}" if letter.isascii() and letter.isalnum() else "one"
            raise _refused(f"the option {shown} is not known", "Take the option out.")
        if takes_value(name) and word[position:]:
            _option(name, iter([word[position:]]), command)
            return
        _option(name, words, command)


def _option(name: str, words: Iterator[str], command: _Command) -> None:
    if name in REFUSED:
        raise _refused(f"{name} means {REFUSED[name]}", "Take the option out, or write the action by hand.")
    if name in FLAGS:
        command.flags.append(name)
        return
    value = next(words, None)
    if value is None:
        raise _refused(f"the option {name} has no value")
    if name in DATA:
        command.data.append((name, value))
    else:
        _use(name, value, command)


def _use(name: str, value: str, command: _Command) -> None:
    match name:
        case "--url":
            command.urls.append(value)
        case "--request":
            command.method = value
        case "--header":
            command.headers.extend(_header(value))
        case "--user":
            command.user = value
        case "--oauth2-bearer":
            command.headers.append(("Authorization", f"Bearer {value}"))
        case "--user-agent" | "--referer" | "--cookie":
            command.headers.append((name.removeprefix("--").title(), value))
        case _:
            command.flags.append(name)


def _header(text: str) -> list[tuple[str, str]]:
    if text.startswith("@"):
        raise _refused("its headers stand in a file", "Write the headers into the command.")
    name, colon, value = text.partition(":")
    if not colon:
        if text.endswith(";"):
            return [(text[:-1].strip(), "")]
        raise _refused("a header has no colon", "Write headers as 'Name: value'.")
    return [(name.strip(), value.strip())] if value.strip() else []


def _call(command: _Command, notes: list[str], *, has_body: bool) -> Call:
    if len(command.urls) != 1:
        count = "several URLs" if command.urls else "no URL"
        raise _refused(f"it has {count}", "Give the command of one call, its parts in quotes.")
    url = command.urls[0]
    as_query = "--get" in command.flags
    data = None if has_body else _joined(command.data)
    body: Json = None
    if data is not None and as_query:
        url, hash_sign, fragment = url.partition("#")
        url += ("&" if "?" in url else "?") + data + hash_sign + fragment
    elif data is not None:
        body = _json(data)
    method = command.method or ("GET" if as_query or not command.data else "POST")
    if not _METHOD.fullmatch(method):
        raise _refused("its method is no word")
    notes += _ignored(command.flags)
    return Call(method.upper(), url, tuple(command.headers), body, command.user, tuple(notes))


def _joined(data: list[tuple[str, str]]) -> str | None:
    text = ""
    for name, value in data:
        if value.startswith("@") and name not in ("--data-raw", "--data-urlencode"):
            fix = "Pass the file as --request FILE beside the command."
            raise _refused("its data stands in a file", fix)
        part = _encoded(value) if name == "--data-urlencode" else value
        text += part if not text or name == "--json" else "&" + part
    return text if data else None


def _encoded(value: str) -> str:
    name, equals, content = value.partition("=")
    if not equals and "@" in value:
        raise _refused("its data stands in a file", "Write the data into the command.")
    return f"{name}{equals if name else ''}{quote(content, safe='')}" if equals else quote(value, safe="")


def _json(text: str) -> Json:
    try:
        body = parse_json(text)
    except JsonError as error:
        if text.lstrip()[:1] not in ("{", "["):
            fix = "Look in the service's documentation for a call with a JSON body."
            raise _refused("its data is not JSON, and custom actions send nothing else", fix) from None
        where = f"line {error.line}, column {error.column} of the data"
        raise _refused(f"its data is not JSON: {error.message} ({where})") from None
    except JsonLimitError as error:
        raise _refused(f"its data is not acceptable JSON: it {error}") from None
    if not isinstance(body, dict):
        raise _refused("its data is no JSON object, and a payload is one")
    return body


def _ignored(flags: list[str]) -> list[str]:
    special = {
        "--insecure": "--insecure was ignored: the platform always checks certificates",
        "--location": "--location was ignored: the platform follows 302 as a GET without a body",
        "--get": "",
    }
    notes = [note for flag, note in special.items() if flag in flags and note]
    rest = [flag for flag in flags if flag not in special]
    return (
        [*notes, f"ignored, since it says nothing about the call itself: {listed(rest)}"] if rest else notes
    )
