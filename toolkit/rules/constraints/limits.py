"""Constraints of capping and throttling; ``ERR_…`` and numbers are the platform's own codes."""

from __future__ import annotations

from typing import Final

from toolkit.rules import pages
from toolkit.rules.constraints.row import Constraint, Filled
from toolkit.rules.examples import REMOVED, Example

_RATING = "/services/action/rating"


def _capping(changes: dict[str, object]) -> Example:
    return Example("capping", changes)


def _throttling(changes: dict[str, object]) -> Example:
    return Example("throttling", changes)


CONSTRAINTS: Final = (
    Constraint(
        "A capping has a URL: ERR_ENDPOINTCONFIG_100.",
        pages.CAPPING,
        ("AJO104", "AJO105", "AJO261"),
        (_capping({"/url": REMOVED}), _capping({"/url": 1}), _capping({"/url": ""})),
    ),
    Constraint(
        "The URL is well formed: ERR_ENDPOINTCONFIG_101.",
        pages.CAPPING,
        ("AJO261",),
        tuple(
            _capping({"/url": text})
            for text in (
                "api.example/*",
                "https:///v2",
                "https://a b/",
                "https://a.example:http/",
                "ftp://a/",
            )
        ),
    ),
    Constraint(
        "Wildcards stand in neither host nor port: ERR_ENDPOINTCONFIG_102.",
        pages.CAPPING,
        ("AJO260",),
        (_capping({"/url": "https://*.example/v2"}), _capping({"/url": "https://a.example:*/"})),
    ),
    Constraint(
        "A capping names HTTP methods: ERR_ENDPOINTCONFIG_103.",
        pages.CAPPING,
        ("AJO104", "AJO107", "AJO106"),
        (_capping({"/methods": REMOVED}), _capping({"/methods": []}), _capping({"/methods": ["OPTIONS"]})),
    ),
    Constraint(
        "A service has a rating: ERR_ENDPOINTCONFIG_104.",
        pages.CAPPING,
        ("AJO104", "AJO107"),
        (_capping({_RATING: REMOVED}), _capping({"/services": {}})),
    ),
    Constraint("maxHttpConnections is set: warning ERR_ENDPOINTCONFIG_106.", pages.CAPPING, ("AJO263",)),
    Constraint(
        "maxCallsCount is a number, 1 at least; another page says greater than 1: ERR_ENDPOINTCONFIG_107.",
        pages.EXTERNAL_SYSTEMS,
        ("AJO104", "AJO105", "AJO107", "AJO265"),
        (
            _capping({f"{_RATING}/maxCallsCount": REMOVED}),
            _capping({f"{_RATING}/maxCallsCount": "500"}),
            _capping({f"{_RATING}/maxCallsCount": 0}),
            _capping({f"{_RATING}/maxCallsCount": 1}),
        ),
    ),
    Constraint(
        "periodInMs is a number above 0: ERR_ENDPOINTCONFIG_108.",
        pages.CAPPING,
        ("AJO104", "AJO105", "AJO107", "AJO265"),
        (
            _capping({f"{_RATING}/periodInMs": REMOVED}),
            _capping({f"{_RATING}/periodInMs": True}),
            _capping({f"{_RATING}/periodInMs": -1}),
            _capping({f"{_RATING}/periodInMs": 60}),
        ),
    ),
    Constraint(
        "The payload is valid: ERR_ENDPOINTCONFIG_111.",
        pages.CAPPING,
        ("AJO103", "AJO105"),
        (_capping({"/orgId": "x"}), _capping({"/services": ["action"]})),
    ),
    Constraint(
        "The payload is JSON: ERR_ENDPOINTCONFIG_112.",
        pages.CAPPING,
        elsewhere="Reading the file, AJO002 and AJO111.",
    ),
    Constraint(
        "A service is action or dataSource: ERR_AUTHORING_ENDPOINTCONFIG_1.",
        pages.CAPPING,
        ("AJO103", "AJO107"),
        (_capping({"/services/event": {}}), _capping({"/services": {}})),
    ),
    Constraint(
        "maxHttpConnections is at most 400. (Examples of the API go up to 30,000.)",
        pages.CAPPING,
        ("AJO264", "AJO107"),
        (
            _capping({"/services/action/maxHttpConnections": 401}),
            _capping({"/services/action/maxHttpConnections": 0}),
        ),
    ),
    Constraint("Data sources make 15 calls a second at most.", pages.EXTERNAL_SYSTEMS, ("AJO268",)),
    Constraint(
        "More than 300,000 calls a minute are agreed on with Adobe. (Other sentences: a capping raises it.)",
        pages.CUSTOM_ACTION,
        ("AJO284",),
        elsewhere="Adobe; that other actions of the host keep the default is a warning here.",
    ),
    Constraint(
        "A limit counts calls by the URL and methods of actions or data sources.",
        pages.LIMITS_API,
        ("AJO266", "AJO267", "AJO262", "AJO282", "AJO283"),
    ),
    Constraint(
        "Patterns are checked again with a target's values.",
        pages.CAPPING,
        ("AJO266",),
        (Filled(_capping({"/url": "https://${host}/*"}), {"host": "10.0.0.1"}),),
    ),
    Constraint("What two cappings of one call do is not said.", pages.CAPPING, ("AJO285",)),
    Constraint(
        "A capping acts once it is deployed, and is undeployed or forced before it is deleted: 1451.",
        pages.LIMITS_API,
        elsewhere="The sync, which deploys, and undeploys before it changes or deletes; canDeploy is asked "
        "first.",
    ),
    Constraint(
        "A throttling has maxThroughput, urlPattern and methods: ERR_THROTTLING_CONFIG_100.",
        pages.THROTTLING,
        ("AJO104", "AJO107"),
        (
            *(_throttling({f"/{name}": REMOVED}) for name in ("maxThroughput", "urlPattern", "methods")),
            _throttling({"/methods": []}),
        ),
    ),
    Constraint(
        "maxThroughput is 200 to 5,000: ERR_THROTTLING_CONFIG_101.",
        pages.THROTTLING,
        ("AJO107", "AJO105"),
        (
            _throttling({"/maxThroughput": 199}),
            _throttling({"/maxThroughput": 5001}),
            _throttling({"/maxThroughput": "400"}),
        ),
    ),
    Constraint(
        "The pattern is well formed: ERR_THROTTLING_CONFIG_104.",
        pages.THROTTLING,
        ("AJO261",),
        (_throttling({"/urlPattern": "api.example/*"}), _throttling({"/urlPattern": "https:///"})),
    ),
    Constraint(
        "Wildcards do not stand in the host: ERR_THROTTLING_CONFIG_105.",
        pages.THROTTLING,
        ("AJO260",),
        (_throttling({"/urlPattern": "https://*.example/"}),),
    ),
    Constraint(
        "The payload is valid: ERR_THROTTLING_CONFIG_106.",
        pages.THROTTLING,
        ("AJO103",),
        (_throttling({"/services": {}}), _throttling({"/maxHttpConnections": 50})),
    ),
    Constraint("A throttling is in a production sandbox: 1463.", pages.THROTTLING, ("AJO287",)),
    Constraint(
        "An organisation has one throttling: 1465.",
        pages.THROTTLING,
        ("AJO288",),
        elsewhere="One that is no file's: the platform.",
    ),
    Constraint("A capping beside a throttling lets more through.", pages.THROTTLING, ("AJO286",)),
    Constraint(
        "A throttling that is deployed is not deleted, 1456; not deployed again, 14466; not undeployed "
        "twice, 14468.",
        pages.THROTTLING,
        elsewhere="The sync, which looks at the state before each step.",
    ),
    Constraint(
        "Unexpected errors of throttling: 1457 to 1462, 1464; an unknown one, 14467.",
        pages.THROTTLING,
        elsewhere="The platform; the receipt carries its code, AJO505.",
    ),
    Constraint(
        "Above a throttling calls wait for up to six hours, in the order they came; undeploying goes on for "
        "a day.",
        pages.THROTTLING,
        elsewhere="The platform; a rehearsal of load is people's.",
    ),
    Constraint(
        "An endpoint stands 200 calls a second at least.",
        pages.GUARDRAILS,
        elsewhere="People: no definition says what an endpoint stands.",
    ),
)
"""Each documented constraint of this subject."""
