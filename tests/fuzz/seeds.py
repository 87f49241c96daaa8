"""What is bent: every shipped definition and its cases, the golden ones, settings, inputs of `ajo new`."""

from __future__ import annotations

from pathlib import Path

from tests.model.samples import DATA, SHIPPED

_VERSION_1 = Path(__file__).parents[1] / "model/golden/v1"
GOLDEN = sorted((_VERSION_1 / "definitions").glob("*.json"))
GOLDEN_CASES = _VERSION_1 / "cases"
CASES = [*(path.with_suffix(".cases.json") for path in SHIPPED), *(GOLDEN_CASES / "files").iterdir()]
CORPUS = Path(__file__).parent / "corpus"
"""What once broke something, a file each; its suffix is the subject."""

SETTINGS = b"""actions = "actions"
default-target = "stage"

[targets.stage]
base-url = "https://platform.example.com/ajo"
organisation = "ABC@AdobeOrg"
sandbox = "stage"
client-id = "client"
client-secret = "${secret:platform/client-secret}"
scopes = ["openid", "AdobeID"]
production = false
workers = 4
secrets = { from = "environment", prefix = "AJO_" }

[targets.stage.values]
loyaltyHost = "api.example.com"

[targets.stage.routes]
"api.example.com" = "http://127.0.0.1:8765"
"""

CURL = (
    b"""curl -X POST 'https://api.example.com/v1/messages?from=journey' -H 'Content-Type: application/json' \
  -H "Authorization: Bearer $TOKEN" -u user:pass --data-raw $'{"id": "4\\u0041", "n": [1, 2.0]}'
""",
    b"""curl --url api.example.com/a \
  --header X-Key:abcdef0123456789 # what follows
| jq .
""",
)

EXAMPLE = b"""{"recipient": {"id": "42", "joined": "2026-01-31"}, "price": 2.50, "tags": ["a", "b"],
 "empty": [], "products": [{"id": 1, "colours": ["red"]}, {"id": 2, "name": null}], "active": true}"""

OPENAPI = b"""openapi: 3.0.3
info: {title: Messages, version: "1"}
servers:
  - url: https://{region}.example.com/v1
    variables: {region: {default: eu}}
paths:
  /messages/{id}:
    post:
      operationId: send
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: X-Locale, in: header, schema: {type: string, enum: [en, de]}}
      security: [{key: []}]
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Message'}
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/Answer'}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Message: &message
      type: object
      required: [id]
      properties:
        id: {type: string, example: abc}
        when: {type: string, format: date-time, nullable: true}
        items: {type: array, items: {$ref: '#/components/schemas/Item'}}
    Item: {allOf: [{type: object, properties: {n: {type: integer}}}, {oneOf: [{properties: {a: {}}}]}]}
    Answer: *message
"""


def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return what to bend, by subject."""
    definitions = [*SHIPPED, *GOLDEN, DATA / "format-example.json"]
    return {
        "json": tuple(path.read_bytes() for path in definitions),
        "cases": tuple(path.read_bytes() for path in sorted(CASES) if path.exists()),
        "toml": (SETTINGS,),
        "curl": CURL,
        "example": (EXAMPLE,),
        "yaml": (OPENAPI,),
    }
