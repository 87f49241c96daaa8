"""The equivalent ``curl`` commands, with every secret as a variable of the shell: nothing to be leaked.

For a POSIX shell; ``python3`` encodes what has to be encoded and reads the token out of its answer.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote

from toolkit.core.redact import Secret
from toolkit.exercise.pieces import Encoded, Generated, Piece, is_open, leaves, written
from toolkit.exercise.request import Fields, Line, Rendered, RenderedRequest
from toolkit.model.authentication import CustomAuthorization
from toolkit.model.custom_action import CustomAction
from toolkit.model.text import SecretRef

_TOKEN, _ASSERTION = "AJO_TOKEN", "AJO_CLIENT_ASSERTION"
_PERCENT = "import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=''))"
_OBJECT = "import json, sys; print(json.dumps(dict(zip(sys.argv[1::2], sys.argv[2::2]))))"

Name = Callable[[SecretRef], str]


@dataclass(frozen=True, slots=True)
class Shell:
    """How a request is written for a shell: `name` gives the variable of a secret, `sent_to` the address."""

    name: Name
    sent_to: Callable[[str], str]

    def commands(self, action: CustomAction, rendered: Rendered, timeout_s: float) -> str:
        """Return a script: which variables it needs, the token where one is needed, the request."""
        lines = [f"# {each}" for each in self._needs(rendered)]
        if rendered.token_request and isinstance(action.authentication, CustomAuthorization):
            asked = self._curl(rendered.token_request, timeout_s)
            lines.append(f"{_TOKEN}=$({asked} | {_reading(action.authentication.token_in_response)})")
        lines.append(self._curl(rendered.request, timeout_s))
        return "\n".join(lines) + "\n"

    def _needs(self, rendered: Rendered) -> Iterator[str]:
        names = [self.name(reference) for reference in rendered.secrets]
        if names:
            yield f"set before: {', '.join(names)}"
        texts = [line.text for request in rendered.requests for line in request.lines]
        if any(piece is Generated.ASSERTION for text in texts for piece in leaves(text)):
            yield f"set before: {_ASSERTION}, a JWT signed with your certificate"
        if any(isinstance(piece, Secret) for text in texts for piece in leaves(text)):
            yield "set before: AJO_OWN_SECRET, the credential that the definition itself holds"

    def _curl(self, request: RenderedRequest, timeout_s: float) -> str:
        options = f"curl --silent --show-error --fail-with-body --max-time {timeout_s:g}"
        words = [" ".join([options, *self._method(request)]), self._url(request)]
        words += [f"--header {self.word((f'{line.name}: ', *line.text))}" for line in request.headers]
        return " \\\n  ".join([*words, *self._body(request.body)])

    def _method(self, request: RenderedRequest) -> list[str]:
        """Return the options of method and redirects; a POST that is redirected becomes a GET.

        Where curl would carry a credential to another host, which it keeps for Authorization and Cookie
        alone, a redirect is not followed.
        """
        if request.method == "PUT":
            return ["--request", "PUT"]
        carried = {line.name.lower() for line in request.headers if line.credential}
        redirects = [] if carried - {"authorization", "cookie"} else ["--location", "--max-redirs", "5"]
        if request.method == "POST" and request.body is None:
            return ["--data-raw", "''", *redirects]
        return redirects

    def _url(self, request: RenderedRequest) -> str:
        url = self.sent_to(request.url)
        pairs = [self._pair(line) for line in request.query]
        return shlex.quote(url) + ("'?'" + "'&'".join(pairs) if pairs else "")

    def _pair(self, line: Line) -> str:
        name = quote(line.name, safe="")
        if not is_open(line.text):
            return shlex.quote(f"{name}={quote(written(line.text), safe='')}")
        return f'{shlex.quote(name + "=")}"$(python3 -c {shlex.quote(_PERCENT)} {self.word(line.text)})"'

    def _body(self, body: str | Fields | None) -> Iterator[str]:
        if isinstance(body, str):
            yield f"--data-raw {shlex.quote(body)}"
        elif body is not None and body.form == "form":
            for line in body.lines:
                # curl encodes what follows the first =, so the name must not hold one.
                yield f"--data-urlencode {self.word((f'{line.name}=', *line.text))}"
        elif body is not None:
            pairs = " ".join(f"{shlex.quote(line.name)} {self.word(line.text)}" for line in body.lines)
            yield f'--data-raw "$(python3 -c {shlex.quote(_OBJECT)} {pairs})"'

    def word(self, text: Iterable[Piece]) -> str:
        """Return a text as one word of a shell: literals quoted, secrets as variables between them."""
        parts: list[str] = []
        literal = ""
        for piece in text:
            if isinstance(piece, str):
                literal += piece
                continue
            if literal:
                parts.append(shlex.quote(literal))
            literal = ""
            parts.append(self._variable(piece))
        if literal or not parts:
            parts.append(shlex.quote(literal))
        return "".join(parts)

    def _variable(self, piece: SecretRef | Secret | Encoded | Generated) -> str:
        match piece:
            case SecretRef():
                return f'"${self.name(piece)}"'
            case Secret():
                return '"$AJO_OWN_SECRET"'
            case Encoded():
                return f"\"$(printf %s {self.word(piece.text)} | base64 | tr -d '\\n')\""
            case Generated.TOKEN:
                return f'"${_TOKEN}"'
            case Generated.ASSERTION:
                return f'"${_ASSERTION}"'
            case _:
                assert_never(piece)


def _reading(selector: str) -> str:
    if selector == "response":
        return "tr -d '\\r\\n'"
    parts = selector.removeprefix("json://").split(".")
    steps = "".join(f"[{part}]" if part.isdigit() else f"[{json.dumps(part)}]" for part in parts)
    return f"python3 -c {shlex.quote(f'import json, sys; print(json.load(sys.stdin){steps})')}"
