"""Every fact of ``docs/platform-facts.md`` that is assumed, if only in part; a test holds both together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_RUNS = "it shows only when a journey calls an action"
_REFUSED = "it would take writes that the platform should refuse, and might not"

ASSUMED: Mapping[str, str] = MappingProxyType(
    {
        "PF-ACC-2": "a refused token request names its reason in {error, error_description}",
        "PF-ACC-4": "the gateway refuses keys and tokens with {error_code, message} and codes of its own",
        "PF-ACC-5": "an organisation that the token does not belong to is 403",
        "PF-ACC-7": "every answer carries x-request-id",
        "PF-ACC-8": "429 and 503 may carry Retry-After",
        "PF-ACC-10": "another path is 404, an Accept without JSON 406, OPTIONS 204, and so on",
        "PF-ACC-11": "a header that is there several times counts as the list of its values",
        "PF-ACC-12": "of several query parameters of one name the first one counts",
        "PF-ACC-13": "what is no HTTP is 400 as text",
        "PF-LST-2": "headers choose the page of a list, and the answer adds {pageSize, totalCount}",
        "PF-LST-3": "a list is ordered by creation, oldest first",
        "PF-LST-4": "an element of a list has every field that reading it gives",
        "PF-WRT-4": "removing an action is 200 with a JSON object, and reading it is 404 then",
        "PF-WRT-6": "an action's canDeploy is {validationStatus: ok}; it acts at once",
        "PF-WRT-7": "unknown and read-only fields in a body are ignored",
        "PF-CAP-9": "there may be two cappings with one url",
        "PF-THR-5": "the list of throttlings is empty in a sandbox that is not production",
        "PF-JRN-3": "a journey's node names its action in name and actionUid",
        "PF-JRN-4": "Finished and Stopped journeys do not lock an action",
        "PF-JRN-5": "every error of the journeys API is {reason, message}",
        "PF-JRN-6": "the journeys API's filter knows live",
        "PF-AUD-2": "the audit log has what is done to Campaign actions too",
        "PF-AUD-3": "an event of the audit log names the action's uid and the request's id",
        "PF-AUD-4": "an error of the audit log is {reason, message}",
        "PF-ACT-1": "actions are listed, created, read, changed and removed as cappings are",
        "PF-ACT-2": "names of actions are unique; 1470 and 1471 refuse others",
        "PF-ACT-3": "an action's type is one of five; built-in ones are listed",
        "PF-ACT-4": "endpoint is {url, method, headers, queryParameters} with constant and variable entries",
        "PF-ACT-6": "payloads are {fields}, a request's with allowNullValues",
        "PF-ACT-7": "a request's fields are constants, variables, objects and lists as described",
        "PF-ACT-8": "a response's field is {name, type}, with fields inside objects",
        "PF-ACT-9": "authentication is one of four types",
        "PF-ACT-10": "secrets are read back as ********",
        "PF-ACT-11": "channel and requiredMarketingAction are texts, absent when not set",
        "PF-ACT-12": "description is a text, empty when not set",
        "PF-ACT-13": "usedIn says which journeys use an action, and those lock it",
        "PF-ACT-14": "codes 1475 to 1479 refuse what breaks the documented rules",
        "PF-ACT-16": "an object of unfilled optional variables is left out",
        "PF-ACT-17": "variables inside a fixed array are mapped on their own",
        "PF-ACT-18": "every custom or Campaign action is understood",
        "PF-ACT-19": "a fixed list of one scalar type has that list type",
        "PF-RUN-1": "a 302 is followed as a GET without a body",
        "PF-RUN-2": "the dynamic path is joined with exactly one slash",
        "PF-RUN-3": "nulls inside arrays are dropped",
        "PF-RUN-4": "an object that holds a constant is always sent",
        "PF-RUN-5": "authentication wins over a header of the same name",
        "PF-RUN-6": "EncodeBase64 is the base64 of the text's UTF-8",
        "PF-RUN-7": "the token request counts against the timeout and is not repeated",
        "PF-RUN-8": "a retry follows at once, after most failures",
        "PF-RUN-9": "a certificate credential signs the claims described",
        "PF-RUN-10": "as a cache's duration a month has 30 days, a year 365",
        "PF-RUN-11": "the last 100 answers decide whether an endpoint is slow",
        "PF-RUN-12": "an event for Campaign is posted as JSON, to one address, without credentials",
    }
)
"""Each fact by its id, in short."""

OUT_OF_SIGHT: Mapping[str, str] = MappingProxyType(
    {
        "PF-ACC-2": "it would take a token request that is refused, and could lock the credentials",
        "PF-ACC-11": "it would take requests with several keys or sandboxes",
        "PF-ACC-13": "it would take something that is no HTTP",
        "PF-WRT-7": _REFUSED,
        "PF-CAP-9": "it would take a second capping of one url",
        "PF-JRN-4": "it would take a change of an action that such a journey uses",
        "PF-AUD-2": "it would take a change of a Campaign action",
        "PF-AUD-4": "nothing rests on its shape",
        "PF-ACT-14": _REFUSED,
        "PF-ACT-16": _RUNS,
        "PF-ACT-17": _RUNS,
        **{f"PF-RUN-{number}": _RUNS for number in range(1, 13)},
    }
)
"""Why no look at a platform tells anything of these."""
