"""The throttling API (``throttlingConfigs``), as published in [T] and *Throttling API* [Q].

One configuration per organisation, on a production sandbox. There is no ``deployedConfig``: an update of a
deployed configuration is in force at once (PF-THR-3), so what is written is what is live.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator import lifecycle, records
from toolkit.emulator.call import AtOnce, Call
from toolkit.emulator.capping import METHODS, judged
from toolkit.emulator.elements import Element, Space, Transaction
from toolkit.emulator.gateway import Gateway
from toolkit.emulator.records import Registrar, is_count, sandbox_id
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.store import Store
from toolkit.emulator.urls import pattern_fault
from toolkit.emulator.wire import JsonObject, reply

KIND = "throttlingConfigs"
MIN_THROUGHPUT = 200
MAX_THROUGHPUT = 5000

_REFUSALS = {
    1456: (400, "Can't delete a deployed throttling config. Undeploy it before deleting it"),
    1463: (400, "Operation not allowed on throttling config: non prod sandbox"),
    1465: (400, "Can't create throttling config: only one config allowed per org"),
    14466: (400, "Can't deploy throttling config: already deployed"),
    14467: (404, "throttling config not found"),
    14468: (400, "Can't undeploy throttling config: not deployed yet"),
}
_INVALID_PAYLOAD = "ERR_THROTTLING_CONFIG_106"


@dataclass(frozen=True, slots=True)
class ThrottlingApi:
    """Routes of the throttling API; every handler is one transaction."""

    store: Store
    registrar: Registrar
    gateway: Gateway

    def routes(self, base: str) -> list[Route]:
        """All routes under ``base``. The check is GET in [T] and POST in [Q]: both are served."""
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
        records.check_filter(call, _invalid_payload())
        page = records.paging(call)
        with self.store.read() as tx:
            elements = tx.page(call.space, KIND, page.offset, page.size)
            total = tx.count(call.space, KIND)
        results = [_shown(call.space, element) for element in elements]
        return records.listed(results, page, total) if page.asked else reply({"results": results})

    def _create(self, call: Call) -> Response:
        self._check_production(call.space)
        element = self.registrar.created(_definition(call))
        with self.store.write() as tx:
            if tx.count_in_organisation(call.space.organisation, KIND):
                raise refused(1465)
            tx.add(call.space, KIND, element)
        return _answer(call.space, "createdElement", element)

    def _read(self, call: Call) -> Response:
        with self.store.read() as tx:
            return _answer(call.space, "result", _known(tx, call))

    def _update(self, call: Call) -> Response:
        self._check_production(call.space)
        definition = _definition(call)
        with self.store.write() as tx:
            known = _known(tx, call)
            element = self.registrar.updated(known, definition)
            if lifecycle.is_live(known):
                # It is in force at once, so an invalid one can't be saved here.
                _check_valid(definition)
                element = lifecycle.in_force(element, definition)
            tx.replace(call.space, KIND, element)
        return _answer(call.space, "updatedElement", element)

    def _delete(self, call: Call) -> Response:
        self._check_production(call.space)
        with self.store.write() as tx:
            element = _known(tx, call)
            if lifecycle.is_live(element) and call.parameter("forceDelete") != "true":
                raise refused(1456)
            tx.remove(call.space, KIND, element.uid)
        return reply({})

    def _check(self, call: Call) -> Response:
        with self.store.read() as tx:
            return reply({"canDeploy": verdict(_known(tx, call).body["definition"])})

    def _deploy(self, call: Call) -> Response:
        self._check_production(call.space)
        with self.store.write() as tx:
            element = _known(tx, call)
            if lifecycle.is_live(element):
                raise refused(14466)
            definition = element.body["definition"]
            _check_valid(definition)
            tx.replace(call.space, KIND, lifecycle.deploy(element, definition, self.registrar))
        return Response(status_code=204)

    def _undeploy(self, call: Call) -> Response:
        self._check_production(call.space)
        with self.store.write() as tx:
            element = _known(tx, call)
            if not lifecycle.is_live(element):
                raise refused(14468)
            tx.replace(call.space, KIND, lifecycle.undeploy(element))
        return Response(status_code=204)

    def _check_production(self, space: Space) -> None:
        if not self.gateway.is_production(space):
            raise refused(1463)


def clean(body: JsonObject) -> JsonObject:
    """The fields of a configuration, without what the platform ignores (PF-WRT-7).

    Raises:
        Refusal: 500 with ERR_THROTTLING_CONFIG_106 for a field of a wrong shape. A field that is missing or
            out of range is saved, and then can't be deployed [Q].
    """
    fields = ("name", "description", "urlPattern", "methods", "maxThroughput")
    definition = {key: body[key] for key in fields if body.get(key) is not None}
    methods = definition.get("methods", [])
    texts_fit = all(isinstance(definition.get(key, ""), str) for key in ("name", "description", "urlPattern"))
    methods_fit = isinstance(methods, list) and all(method in METHODS for method in methods)
    if not texts_fit or not methods_fit or not is_count(definition.get("maxThroughput", 0)):
        raise _invalid_payload()
    return definition


def verdict(definition: JsonObject) -> JsonObject:
    """The ``canDeploy`` object of a configuration, with the codes of [Q]."""
    pattern = definition.get("urlPattern", "")
    errors = [
        _error("100", f"{key} required") for key in ("urlPattern", "methods") if not definition.get(key)
    ]
    if not _in_range(definition.get("maxThroughput")):
        limits = "greater than or equal to 200 and less than or equal to 5,000"
        errors.append(_error("101", f"maxThroughput is required and must be {limits}"))
    fault = pattern_fault(pattern) if pattern else None
    if fault == "malformed":
        errors.append(_error("104", "malformed url pattern"))
    if fault == "wildcard":
        errors.append(_error("105", "wildcards not allowed in host part of the url pattern"))
    return judged(errors, [])


def _in_range(value: Any) -> bool:
    return is_count(value) and MIN_THROUGHPUT <= value <= MAX_THROUGHPUT


def _error(number: str, text: str) -> JsonObject:
    return {"errorCode": f"ERR_THROTTLING_CONFIG_{number}", "error": f"throttling config: {text}"}


def _check_valid(definition: JsonObject) -> None:
    for error in verdict(definition).get("errors", []):
        raise Refusal(500, error["errorCode"], f"{error['errorCode']}: {error['error']}")


def _definition(call: Call) -> JsonObject:
    return clean(call.json_object(_invalid_payload(), _invalid_payload()))


def _known(tx: Transaction, call: Call) -> Element:
    element = tx.get(call.space, KIND, call.uid)
    if element is None:
        raise refused(14467)
    return element


def _shown(space: Space, element: Element) -> JsonObject:
    """The configuration as it is read; unlike others it has no ``tenantId`` [Q] (PF-THR-5)."""
    read = {key: value for key, value in records.view(space, element).items() if key != "tenantId"}
    live = lifecycle.is_live(element)
    version = {"version": "1.0"} if live else {}
    return {**read, "_id": f"{element.uid}_{sandbox_id(space)}", **version, "hasBeenDeployed": live}


def _answer(space: Space, key: str, element: Element) -> Response:
    can_deploy = verdict(element.body["definition"])
    shown = _shown(space, element)
    if key == "createdElement":
        # [Q]'s example of a creation has neither.
        shown = {name: value for name, value in shown.items() if name not in ("_id", "hasBeenDeployed")}
    return reply(records.envelope(KIND, key, shown, can_deploy))


def refused(code: int) -> Refusal:
    """What the service answers with one of its codes (PF-THR-2, PF-THR-3)."""
    status, message = _REFUSALS[code]
    return Refusal(status, code, message)


def _invalid_payload() -> Refusal:
    return Refusal(500, _INVALID_PAYLOAD, f"{_INVALID_PAYLOAD}: throttling config: invalid payload")
