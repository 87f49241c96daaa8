"""The capping API (``endpointConfigs``), as published in ``static/journeys-throttling.yaml`` [T] and [K]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator import lifecycle, records
from toolkit.emulator.call import AtOnce, Call
from toolkit.emulator.elements import Element, Space, Transaction
from toolkit.emulator.gateway import Gateway
from toolkit.emulator.records import Registrar, is_count
from toolkit.emulator.refusals import Refusal, unknown_element
from toolkit.emulator.store import Store
from toolkit.emulator.urls import pattern_fault
from toolkit.emulator.wire import JsonObject, reply

KIND = "endpointConfigs"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTION")
SERVICES = ("action", "dataSource")
UNLIMITED = -1
"""``maxHttpConnections`` of a deployed configuration that states none [K]."""

_ERRORS = {
    "ERR_ENDPOINTCONFIG_100": "capping config: missing or invalid url",
    "ERR_ENDPOINTCONFIG_101": "capping config: malformed url",
    "ERR_ENDPOINTCONFIG_102": "capping config: malformed url: wildchar in url not allowed in host:port",
    "ERR_ENDPOINTCONFIG_103": "capping config: missing HTTP methods",
    "ERR_ENDPOINTCONFIG_104": "capping config: no call rating defined",
    "ERR_ENDPOINTCONFIG_106": "capping config: max HTTP connections not defined: no limitation by default",
    "ERR_ENDPOINTCONFIG_107": "capping config: invalid max calls count (maxCallsCount)",
    "ERR_ENDPOINTCONFIG_108": "capping config: invalid max calls count (periodInMs)",
    "ERR_ENDPOINTCONFIG_111": "capping config: can't create endpoint config: invalid payload",
    "ERR_ENDPOINTCONFIG_112": "capping config: can't create endpoint config: expecting a JSON payload",
}


@dataclass(frozen=True, slots=True)
class CappingApi:
    """Routes of the capping API; every handler is one transaction."""

    store: Store
    registrar: Registrar
    gateway: Gateway

    def routes(self, base: str) -> list[Route]:
        """All routes under ``base``. The check is GET in [T] and POST in [K]: both are served."""
        one = f"{base}/{KIND}/{{uid}}"
        protect = self.gateway.protect
        return [
            protect(f"{base}/list/{KIND}", {"POST": self._list}, KIND),
            protect(f"{base}/{KIND}", {"POST": self._create}, KIND),
            protect(one, {"GET": AtOnce(self._read), "PUT": self._update, "DELETE": self._delete}, KIND),
            protect(f"{one}/canDeploy", {"GET": self._check, "POST": self._check}, KIND),
            protect(f"{one}/deploy", {"POST": self._deploy}, KIND),
            protect(f"{one}/undeploy", {"POST": self._undeploy}, KIND),
        ]

    def _list(self, call: Call) -> Response:
        records.check_filter(call, _refused("ERR_ENDPOINTCONFIG_112"))
        page = records.paging(call)
        with self.store.read() as tx:
            if not page.asked:
                # [T] publishes the whole list without paging; PF-LST-2 holds for who asks for a page.
                everything = tx.page(call.space, KIND)
                return reply({"results": [shown(call.space, element) for element in everything]})
            elements = tx.page(call.space, KIND, page.offset, page.size)
            total = tx.count(call.space, KIND)
        return records.listed([shown(call.space, element) for element in elements], page, total)

    def _create(self, call: Call) -> Response:
        element = self.registrar.created(_definition(call))
        with self.store.write() as tx:
            tx.add(call.space, KIND, element)
        return _answer(call.space, "createdElement", element)

    def _read(self, call: Call) -> Response:
        with self.store.read() as tx:
            return _answer(call.space, "result", _known(tx, call))

    def _update(self, call: Call) -> Response:
        definition = _definition(call)
        with self.store.write() as tx:
            # A live one may be edited: what is live stays until the next deployment [T].
            element = self.registrar.updated(_known(tx, call), definition)
            tx.replace(call.space, KIND, element)
        return _answer(call.space, "updatedElement", element)

    def _delete(self, call: Call) -> Response:
        with self.store.write() as tx:
            element = _known(tx, call)
            if lifecycle.is_live(element) and call.parameter("forceDelete") != "true":
                message = "Can't delete a deployed endpoint config. Undeploy it before deleting it"
                raise Refusal(500, 1451, message)
            tx.remove(call.space, KIND, element.uid)
        return reply({})

    def _check(self, call: Call) -> Response:
        with self.store.read() as tx:
            return reply({"canDeploy": verdict(_known(tx, call).body["definition"])})

    def _deploy(self, call: Call) -> Response:
        with self.store.write() as tx:
            element = _known(tx, call)
            checked = verdict(element.body["definition"])
            if checked["validationStatus"] == "error":
                raise _refused(checked["errors"][0]["errorCode"])
            live = in_force(element.body["definition"])
            tx.replace(call.space, KIND, lifecycle.deploy(element, live, self.registrar))
        return Response(status_code=204)

    def _undeploy(self, call: Call) -> Response:
        with self.store.write() as tx:
            tx.replace(call.space, KIND, lifecycle.undeploy(_known(tx, call)))
        return Response(status_code=204)


def shown(space: Space, element: Element) -> JsonObject:
    """The configuration as it is read: ``hasBeenDeployed`` and, while live, ``deployedConfig`` (PF-CAP-5)."""
    read = {**records.view(space, element), "_id": element.uid, "hasBeenDeployed": lifecycle.is_live(element)}
    if lifecycle.is_live(element):
        place = {key: read[key] for key in ("_id", "uid", "orgId", "tenantId", "sandboxName", "sandboxId")}
        read["deployedConfig"] = {**element.body["deployed"], **place}
    return read


def clean(body: JsonObject) -> JsonObject:
    """The fields of a configuration, without what the platform ignores (PF-WRT-7).

    Raises:
        Refusal: 500 for a field of a wrong shape (ERR_ENDPOINTCONFIG_111) or an unknown service name [T]. A
            field that is missing or out of range is saved, and then can't be deployed (PF-CAP-2).
    """
    definition = {key: body[key] for key in ("url", "methods", "services") if body.get(key) is not None}
    methods = definition.get("methods", [])
    services = definition.get("services", {})
    shapes_fit = (
        isinstance(definition.get("url", ""), str)
        and isinstance(methods, list)
        and all(method in METHODS for method in methods)
        and isinstance(services, dict)
    )
    if not shapes_fit:
        raise _refused("ERR_ENDPOINTCONFIG_111")
    if services:
        definition["services"] = {name: _clean_service(name, service) for name, service in services.items()}
    return definition


def verdict(definition: JsonObject) -> JsonObject:
    """The ``canDeploy`` object of a configuration (PF-CAP-2, PF-CAP-3)."""
    services = definition.get("services", {})
    codes = _url_errors(definition.get("url", ""))
    if not definition.get("methods"):
        codes.append("ERR_ENDPOINTCONFIG_103")
    if not services:
        codes.append("ERR_ENDPOINTCONFIG_104")
    for service in services.values():
        codes.extend(code for code in _rating_errors(service.get("rating")) if code not in codes)
    warnings = [
        {
            "warningCode": "ERR_ENDPOINTCONFIG_106",
            "warning": _ERRORS["ERR_ENDPOINTCONFIG_106"],
            "scope": {"endpointConfigService": name, "endpointConfigUrl": definition.get("url", "")},
        }
        for name, service in services.items()
        if "maxHttpConnections" not in service
    ]
    return judged([{"errorCode": code, "error": _ERRORS[code]} for code in codes], warnings)


def judged(errors: list[JsonObject], warnings: list[JsonObject]) -> JsonObject:
    """``{validationStatus, reason?, errors?, warnings?}``; what is empty is left out, as in [T]."""
    answer: JsonObject = {"validationStatus": "error" if errors else "ok"}
    if errors:
        subject = "1 error is" if len(errors) == 1 else f"{len(errors)} errors are"
        answer["reason"] = f"{subject} currently blocking the publication"
        answer["errors"] = errors
    if warnings:
        answer["warnings"] = warnings
    return answer


def _clean_service(name: str, service: Any) -> JsonObject:
    if name not in SERVICES:
        code = "ERR_AUTHORING_ENDPOINTCONFIG_1"
        raise Refusal(500, code, f"{code}: invalid service name: must be 'dataSource' or 'action'")
    if not isinstance(service, dict) or not isinstance(service.get("rating", {}), dict):
        raise _refused("ERR_ENDPOINTCONFIG_111")
    kept: JsonObject = {}
    connections = service.get("maxHttpConnections")
    if connections is not None:
        if not is_count(connections) or (connections < 1 and connections != UNLIMITED):
            raise _refused("ERR_ENDPOINTCONFIG_111")
        kept["maxHttpConnections"] = connections
    if "rating" in service:
        rating = service["rating"]
        kept["rating"] = {key: rating[key] for key in ("maxCallsCount", "periodInMs") if key in rating}
    return kept


def _url_errors(url: str) -> list[str]:
    if not url:
        return ["ERR_ENDPOINTCONFIG_100"]
    match pattern_fault(url):
        case "malformed":
            return ["ERR_ENDPOINTCONFIG_101"]
        case "wildcard":
            return ["ERR_ENDPOINTCONFIG_102"]
        case None:
            return []


def _rating_errors(rating: JsonObject | None) -> list[str]:
    if not rating:
        return ["ERR_ENDPOINTCONFIG_104"]
    codes = (("maxCallsCount", "ERR_ENDPOINTCONFIG_107"), ("periodInMs", "ERR_ENDPOINTCONFIG_108"))
    return [code for key, code in codes if not is_count(rating.get(key)) or rating[key] < 1]


def in_force(definition: JsonObject) -> JsonObject:
    """What is live of a valid definition once it is deployed."""
    services = {
        name: {"maxHttpConnections": UNLIMITED, **service} for name, service in definition["services"].items()
    }
    return {**definition, "services": services}


def _definition(call: Call) -> JsonObject:
    not_json = _refused("ERR_ENDPOINTCONFIG_112")
    return clean(call.json_object(not_json, not_json))


def _known(tx: Transaction, call: Call) -> Element:
    element = tx.get(call.space, KIND, call.uid)
    if element is None:
        raise unknown_element(KIND)
    return element


def _answer(space: Space, key: str, element: Element) -> Response:
    can_deploy = verdict(element.body["definition"])
    return reply(records.envelope(KIND, key, shown(space, element), can_deploy))


def _refused(code: str) -> Refusal:
    # [T] documents 500 for "invalid values or missing elements" and for deploying what is not valid.
    return Refusal(500, code, f"{code}: {_ERRORS[code]}")
