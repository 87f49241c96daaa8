"""Words of the emulator's OpenAPI document: operations, the errors that all of them share, schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from toolkit.emulator.wire import MAX_BODY_BYTES, JsonObject

MEDIA_TYPE = "application/json"
GATEWAY_ERROR = "GatewayError"
SERVICE_ERROR = "ServiceError"
JOURNEYS_ERROR = "JourneysError"
TOKEN_ERROR = "TokenError"

_WHY: Mapping[int, str] = {
    400: "A header is missing, or what was sent is malformed.",
    401: "The token is unknown or expired (401013), or another client's (401014).",
    403: "The key is missing (403000) or wrong (403003), no token (403010), or the organisation is not"
    " the token's.",
    404: "Nothing in this sandbox has this id.",
    406: "The caller does not accept JSON.",
    413: f"The body is longer than {MAX_BODY_BYTES} bytes.",
    415: "The body is not stated to be JSON, or has a content coding.",
    500: "The sandbox is unknown (4000), or the platform failed.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document.

    Args:
        id: its operationId.
        summary: one line.
        tag: the API it belongs to.
        answers: schema by status; None where there is no body.
        errors: what a status means here, beside what it means everywhere.
        body: schema of the request's body, None where none is read.
        body_required: whether the body may be absent.
        parameters: beside those of the path and the caller's own.
        links: further operations by name: ``(operationId, parameter, expression)``.
        example: an example of the body.
        error: name of the schema of the service's errors.
    """

    id: str
    summary: str
    tag: str
    answers: Mapping[int, JsonObject | None]
    errors: Mapping[int, str] = field(default_factory=dict)
    body: JsonObject | None = None
    body_required: bool = True
    parameters: Sequence[JsonObject] = ()
    links: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    example: Any = None
    error: str = SERVICE_ERROR

    def described(self, *, has_uid: bool) -> JsonObject:
        """The operation as OpenAPI says it; an operation on one element can answer 404."""
        shared = [400, 401, 403, 406, 413, 500, *([415] if self.body else []), *([404] if has_uid else [])]
        responses: JsonObject = {str(status): self._answer(status) for status in sorted(self.answers)}
        for status in sorted({*shared, *self.errors}):
            words = " ".join(part for part in (_WHY.get(status, ""), self.errors.get(status, "")) if part)
            responses[str(status)] = response(words, error_schema(status, self.error))
        described: JsonObject = {
            "operationId": self.id,
            "summary": self.summary,
            "tags": [self.tag],
            "parameters": [*CALLER, *self.parameters],
            "responses": responses,
        }
        if self.body is not None:
            described["requestBody"] = request_body(self.body, self.example, required=self.body_required)
        return described

    def _answer(self, status: int) -> JsonObject:
        schema = self.answers[status]
        answer = response(HTTPStatus(status).phrase, schema)
        if self.links:
            answer["links"] = {
                name: {"operationId": target, "parameters": {parameter: expression}}
                for name, (target, parameter, expression) in self.links.items()
            }
        return answer


def response(description: str, schema: JsonObject | None) -> JsonObject:
    """An answer; every one has a request id."""
    answer: JsonObject = {
        "description": description,
        "headers": {"x-request-id": ref("headers", "RequestId")},
    }
    if schema is not None:
        answer["content"] = {MEDIA_TYPE: {"schema": schema}}
    return answer


def request_body(schema: JsonObject, example: Any, *, required: bool = True) -> JsonObject:
    """A body of JSON."""
    content: JsonObject = {"schema": schema}
    if example is not None:
        content["examples"] = {"typical": {"value": example}}
    return {"required": required, "content": {MEDIA_TYPE: content}}


def error_schema(status: int, error: str) -> JsonObject:
    """What an error looks like: the gateway's at 401, its own or the service's at 403, else the service's."""
    if status == 401:
        return ref("schemas", GATEWAY_ERROR)
    if status == 403:
        return {"anyOf": [ref("schemas", GATEWAY_ERROR), ref("schemas", error)]}
    return ref("schemas", error)


def ref(section: str, name: str) -> JsonObject:
    """A reference to a component."""
    return {"$ref": f"#/components/{section}/{name}"}


def schema(name: str) -> JsonObject:
    """A reference to a schema."""
    return ref("schemas", name)


def obj(properties: JsonObject, required: Sequence[str] = (), **rest: Any) -> JsonObject:
    """An object; unknown members are allowed unless ``additionalProperties`` says otherwise."""
    stated = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **stated, **rest}


def text(**rest: Any) -> JsonObject:
    """A text."""
    return {"type": "string", **rest}


def array(items: JsonObject, **rest: Any) -> JsonObject:
    """A list."""
    return {"type": "array", "items": items, **rest}


def any_of(*options: JsonObject) -> JsonObject:
    """Any of several descriptions."""
    return {"anyOf": list(options)}


def nullable(described: JsonObject) -> JsonObject:
    """The same, or null, which counts as absent."""
    return any_of(described, {"type": "null"})


def header(name: str, described: JsonObject, words: str, *, required: bool = False) -> JsonObject:
    """A header of the request."""
    return {"name": name, "in": "header", "required": required, "description": words, "schema": described}


def query(name: str, described: JsonObject, words: str) -> JsonObject:
    """A query parameter; none is required."""
    return {"name": name, "in": "query", "required": False, "description": words, "schema": described}


UID: JsonObject = {
    "name": "uid",
    "in": "path",
    "required": True,
    "description": "Unique id, given at creation.",
    "schema": text(minLength=1),
}
UID_OF_ANSWER = "$response.body#/uid"
"""Where an answer has the uid that links to further operations take."""
CALLER = (ref("parameters", "Organisation"), ref("parameters", "Sandbox"))
PAGING = (
    header("x-vyg-query-page", text(pattern="^[0-9]{1,9}$"), "Page, from 0."),
    header(
        "x-vyg-query-pagesize", text(pattern="^0{0,6}([1-9][0-9]?|100)$"), "Elements a page, 1 to 100; 50."
    ),
)

PARAMETERS: JsonObject = {
    "Organisation": header(
        "x-gw-ims-org-id",
        text(minLength=1),
        "Id of the organisation that the token belongs to.",
        required=True,
    ),
    "Sandbox": header("x-sandbox-name", text(minLength=1), "Name of the sandbox to act in.", required=True),
}
HEADERS: JsonObject = {
    "RequestId": {
        "description": "Id of this request.",
        "required": True,
        "schema": text(pattern="^[0-9a-f]{32}$"),
    }
}
SECURITY: JsonObject = {
    "token": {"type": "http", "scheme": "bearer", "description": "Of `POST /ims/token/v3`."},
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "The client id."},
}
SCHEMAS: JsonObject = {
    GATEWAY_ERROR: obj(
        {
            "error_code": text(enum=["403000", "403003", "403010", "401013", "401014"]),
            "message": text(),
        },
        ("error_code", "message"),
        additionalProperties=False,
    ),
    SERVICE_ERROR: obj(
        {
            "status": {"type": "integer", "description": "The status of the answer."},
            "error": text(
                contentMediaType=MEDIA_TYPE,
                contentSchema=schema("ServiceErrorDetail"),
                description="JSON as text.",
            ),
            "requestId": text(description="As in x-request-id."),
        },
        ("status", "error", "requestId"),
        additionalProperties=False,
    ),
    "ServiceErrorDetail": obj(
        {
            "code": {"type": ["integer", "string"]},
            "family": text(enum=["INPUT_OUTPUT_ERROR", "INTERNAL_ERROR"]),
            "message": text(),
            "service": text(const="vyg-authoring-api"),
            "version": text(),
            "context": text(),
            "schema": text(description="`<kind>$<sandbox>`."),
        },
        ("code", "family", "message", "service", "version", "context"),
    ),
    "Metadata": obj(
        {
            f"{verb}{what}": text(format="date-time") if what == "At" else text()
            for verb in ("created", "lastModified", "lastDeployed")
            for what in ("By", "ById", "At")
        },
        [f"{verb}{what}" for verb in ("created", "lastModified") for what in ("By", "ById", "At")],
        additionalProperties=False,
    ),
    "CanDeploy": obj(
        {
            "validationStatus": text(enum=["ok", "error"]),
            "reason": text(),
            "errors": array(obj({"errorCode": text(), "error": text()}, ("errorCode", "error")), minItems=1),
            "warnings": array(
                obj(
                    {"warningCode": text(), "warning": text(), "scope": {"type": "object"}},
                    ("warningCode", "warning", "scope"),
                ),
                minItems=1,
            ),
        },
        ("validationStatus",),
        additionalProperties=False,
    ),
}
