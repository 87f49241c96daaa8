"""An action from one operation of an OpenAPI description. What an action can't do is named, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from toolkit.app.new.call import METHODS
from toolkit.app.new.credentials import Vault, is_credential_name, reference_text
from toolkit.app.new.draft import Draft, in_order, listed, not_a_payload
from toolkit.app.new.openapi_payload import request_of, response_of
from toolkit.app.new.openapi_schema import Plain, Schemas, fits, hint
from toolkit.app.new.openapi_security import Access, access_of
from toolkit.app.new.openapi_spec import Description, Operation, unusable
from toolkit.app.new.openapi_url import PathWish, server_of, static_url
from toolkit.core.canonical import dump_json
from toolkit.core.errors import AjoError
from toolkit.model.doubts import Doubt
from toolkit.model.inference import NotAPayload, infer_request, infer_response
from toolkit.model.labels import label_of

_JSON = re.compile(r"application/([a-z0-9.!#$&^_-]+\+)?json\s*(;.*)?", re.IGNORECASE | re.DOTALL)
_NOT_PARAMETERS = ("accept", "content-type", "authorization")
_BLANK = re.compile(
    r"(?:[^\S\n]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff])+"
)
_LONGEST_DESCRIPTION = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """Which operation, at which server (the description's where None), and what its path's parameters are."""

    operation: str
    server: str | None = None
    path: PathWish = field(default_factory=PathWish)


def draft_of_operation(
    description: Description, wish: Wish, vault: Vault, *, has_body: bool = False
) -> Draft:
    """Make a draft of an operation; with `has_body` its request is left to a better example.

    Raises :class:`AjoError` AJO812.
    """
    operation = description.operation(wish.operation)
    if operation.method not in METHODS:
        raise unusable(f"the operation's method is {operation.method}; custom actions call POST, GET and PUT")
    draft = Draft({})
    return _Maker(description, operation, draft, vault).make(wish, has_body=has_body)


@dataclass(slots=True)
class _Maker:
    description: Description
    operation: Operation
    draft: Draft
    vault: Vault

    def make(self, wish: Wish, *, has_body: bool) -> Draft:
        server = wish.server or server_of(self.description, self.operation, self.draft)
        url = static_url(server, self.operation.path, wish.path, self.draft)
        access = access_of(self.description, self.operation, server, (self.vault, self.draft))
        headers, query = self._parameters(access)
        media_type, request = (None, None) if has_body else self._body()
        if media_type and media_type.replace(" ", "").lower() != "application/json":
            headers = {"Content-Type": media_type, **headers}
        endpoint = {"method": self.operation.method, "url": url, "headers": headers, "query": query}
        self.draft.document = in_order(
            {
                "description": self._text(),
                "endpoint": in_order(endpoint),
                "authentication": access.authentication,
                "request": request,
            }
        )
        self._answers()
        return self.draft

    def _text(self) -> str:
        content = self.operation.content
        found = content.get("summary") or content.get("description")
        text = _BLANK.sub(" ", found).strip() if isinstance(found, str) else ""
        return text if len(text) <= _LONGEST_DESCRIPTION else text[: _LONGEST_DESCRIPTION - 1] + "…"

    def _parameters(self, access: Access) -> tuple[dict[str, Any], dict[str, Any]]:
        headers: dict[str, Any] = dict(access.headers)
        query: dict[str, Any] = dict(access.query)
        key = access.authentication or {}
        for name, place, parameter in self._found():
            if place == "header" and name.lower() in (*_NOT_PARAMETERS, str(key.get("name")).lower()):
                continue
            if place == "query" and name == key.get("name"):
                continue
            target = headers if place == "header" else query
            value = self._value(name, (place, name), parameter)
            if value is not None:
                target.setdefault(name, value)
        return headers, query

    def _found(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield header and query parameters, an operation's own before its path's; each once."""
        seen: set[tuple[str, str]] = set()
        for holder in (self.operation.content, self.operation.item):
            parameters = holder.get("parameters")
            for item in parameters if isinstance(parameters, list) else []:
                parameter = self.description.resolve(item)
                name, place = parameter.get("name"), parameter.get("in")
                if (
                    not isinstance(name, str)
                    or not isinstance(place, str)
                    or not name
                    or (name, place) in seen
                ):
                    continue
                seen.add((name, place))
                if place == "cookie":
                    self.draft.note(f"the cookie {name} was left out: an action sends none")
                elif place in ("header", "query"):
                    yield name, place, parameter

    def _value(self, name: str, path: tuple[str, ...], parameter: dict[str, Any]) -> Any:
        required = parameter.get("required") is True
        if is_credential_name(name):
            self.draft.note(f"the parameter {name} looks like a credential: it became a secret")
            return self.vault.reference(name.lower().removeprefix("x-"))
        if parameter.get("deprecated") is True and not required:
            self.draft.note(f"the parameter {name} is deprecated and was left out")
            return None
        at = ("endpoint", "headers" if path[0] == "header" else "query", name)
        plain = self._plain(parameter, at)
        if plain is None or plain.kind == "object":
            needed = "; the service needs it" if required else ""
            self.draft.note(f"the parameter {name} is no text or list of texts and was left out{needed}")
            return None
        if plain.constant and fits(plain.constant[0], plain):
            return _parameter_text(plain.constant[0])
        if plain.kind == "array":
            self.draft.doubts.append(
                Doubt(at, "a list; how its items are written into one text is the service's")
            )
        mark = {} if required else {"$optional": True}
        label = label_of(re.sub("^[Xx]-", "", name)) + hint(_with_example(plain, parameter))
        return {"$variable": label, **mark}

    def _plain(self, parameter: dict[str, Any], at: tuple[str, ...]) -> Plain | None:
        if "schema" not in parameter:
            return None
        schemas = Schemas(self.description, lambda path, text: self.draft.doubts.append(Doubt(path, text)))
        return schemas.plain(parameter["schema"], at, frozenset())

    def _body(self) -> tuple[str | None, dict[str, Any] | None]:
        """Return media type and request."""
        body = self.description.resolve(self.operation.content.get("requestBody"))
        content = self.description.resolve(body.get("content"))
        if not content:
            return None, None
        if self.operation.method == "GET":
            self.draft.note("the body was left out: a custom action sends none with GET")
            return None, None
        media_type = _json_type(content)
        if media_type is None:
            message = f"the operation takes {listed(content)}; custom actions send JSON"
            if body.get("required") is True:
                raise unusable(message)
            self.draft.note(message)
            return None, None
        media = self.description.resolve(content[media_type])
        request = self._request(media)
        if request is None and body.get("required") is True:
            fix = "Give an example of what is sent: --request example.json."
            raise unusable("the description of the request gives no fields", fix)
        return media_type, request

    def _request(self, media: dict[str, Any]) -> dict[str, Any] | None:
        if "schema" in media or "example" not in media:
            return request_of(self.description, media.get("schema"), self.draft)
        try:
            inferred = infer_request(media["example"])
        except NotAPayload as error:
            raise not_a_payload("the example of the request", error) from None
        self.draft.doubts.extend(Doubt(("request", *found.path), found.question) for found in inferred.doubts)
        return inferred.payload

    def _answers(self) -> None:
        responses = self.description.resolve(self.operation.content.get("responses"))
        good = sorted(status for status in responses if re.fullmatch(r"2(\d\d|XX)", status))
        bad = [*sorted(status for status in responses if re.fullmatch(r"[45](\d\d|XX)", status)), "default"]
        for name, statuses in (("response", good), ("failureResponse", bad)):
            described = [status for status in statuses if self._media(responses.get(status)) is not None]
            for status in described:
                if self._answer(name, self._media(responses.get(status)) or {}):
                    if len(described) > 1:
                        others = listed(other for other in described if other != status)
                        self.draft.note(f"the {name} is that of {status}; there are also {others}")
                    break

    def _media(self, response: Any) -> dict[str, Any] | None:
        content = self.description.resolve(self.description.resolve(response).get("content"))
        media_type = _json_type(content)
        return None if media_type is None else self.description.resolve(content[media_type])

    def _answer(self, field: str, media: dict[str, Any]) -> bool:
        try:
            if "schema" in media:
                fields = response_of(self.description, media["schema"], self.draft, field)
            else:
                fields = infer_response(media.get("example")).payload
        except (AjoError, NotAPayload) as error:
            self.draft.note(f"the {field} was left out: {error}")
            return False
        if fields is not None:
            self.draft.document[field] = fields
        return fields is not None


def _json_type(content: dict[str, Any]) -> str | None:
    found = [media_type for media_type in content if _JSON.fullmatch(media_type)]
    return min(found, key=lambda media_type: media_type.lower() != "application/json", default=None)


def _with_example(plain: Plain, parameter: dict[str, Any]) -> Plain:
    example = parameter.get("example")
    words = {**plain.words, "example": example} if example is not None else plain.words
    return Plain(plain.kind, words, plain.nullable, plain.references)


def _parameter_text(value: Any) -> str:
    return reference_text(value) if isinstance(value, str) else dump_json(value, indent=None)
