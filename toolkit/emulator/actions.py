"""The API of actions. It is not public: its shape is assumed (PF-ACT-1), after the published capping API."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator import action_rules, credentials, payload_rules, records, usage
from toolkit.emulator.action_rules import FIXED_HEADERS, MALFORMED, NAME_TAKEN, PAYLOAD_WITH_GET, PROTECTED
from toolkit.emulator.audit import AuditTrail
from toolkit.emulator.call import AtOnce, Call, Handler
from toolkit.emulator.elements import Element, Space, Transaction, Use
from toolkit.emulator.gateway import Gateway
from toolkit.emulator.records import Registrar
from toolkit.emulator.refusals import Refusal, unknown_element
from toolkit.emulator.store import Store
from toolkit.emulator.wire import JsonObject, reply

KIND = "actions"
BUILT_IN_CHANNELS = {
    "Email": "email",
    "Push": "push",
    "SMS": "sms",
    "InApp": "inApp",
    "Web": "web",
    "CodeBased": "codeBased",
    "ContentCard": "contentCard",
}
"""Names and channels of the messaging actions that every sandbox has from the start (PF-ACT-3)."""

_RESPONSES = ("responsePayload", "failureResponsePayload")


@dataclass(frozen=True, slots=True)
class ActionsApi:
    """Routes of the actions API; every handler is one transaction."""

    store: Store
    registrar: Registrar
    gateway: Gateway
    trail: AuditTrail

    def routes(self, base: str) -> list[Route]:
        """All routes under ``base``."""
        protect = self.gateway.protect
        methods: dict[str, Handler] = {"GET": AtOnce(self._read), "PUT": self._update, "DELETE": self._delete}
        return [
            protect(f"{base}/list/{KIND}", {"POST": self._list}, KIND),
            protect(f"{base}/{KIND}", {"POST": self._create}, KIND),
            protect(f"{base}/{KIND}/{{uid}}", methods, KIND),
        ]

    def add_built_in(self, spaces: Iterable[Space]) -> None:
        """Give every sandbox its built-in actions, once."""
        with self.store.write() as tx:
            self.give_built_in(tx, spaces)

    def give_built_in(self, tx: Transaction, spaces: Iterable[Space]) -> None:
        """Add the built-in actions that a sandbox does not have."""
        for space in spaces:
            for name, channel in BUILT_IN_CHANNELS.items():
                element = self._built_in(space, name, channel)
                if tx.get(space, KIND, element.uid) is None:
                    tx.add(space, KIND, element)

    def copy_sandbox(self, source: Space, target: Space) -> tuple[list[str], list[str]]:
        """Copy the actions of a sandbox without their secrets (PF-ACT-15).

        An action whose name the target has already is skipped. Returns the names copied and those skipped.
        """
        copied: list[str] = []
        skipped: list[str] = []
        with self.store.write() as tx:
            for element in tx.page(source, KIND):
                definition = element.body["definition"]
                if definition["actionType"] == action_rules.BUILT_IN:
                    continue
                taken = tx.named(target, KIND, element.name) is not None
                (skipped if taken else copied).append(element.name)
                if not taken:
                    tx.add(target, KIND, self.registrar.created(without_secrets(definition), element.name))
        return copied, skipped

    def _list(self, call: Call) -> Response:
        records.check_filter(call, _malformed())
        page = records.paging(call)
        with self.store.read() as tx:
            elements = tx.page(call.space, KIND, page.offset, page.size)
            uses = usage.uses_of(tx, call.space, elements)
            total = tx.count(call.space, KIND)
        return records.listed([shown(call.space, one, uses[one.uid]) for one in elements], page, total)

    def _create(self, call: Call) -> Response:
        definition = clean(_body(call), None)
        element = self.registrar.created(definition, definition["name"])
        with self.store.write() as tx:
            _check_name_free(tx, call.space, element)
            tx.add(call.space, KIND, element)
            self._note(call, "Create", element)
            return _answer(tx, call.space, "createdElement", element)

    def _read(self, call: Call) -> Response:
        with self.store.read() as tx:
            return _answer(tx, call.space, "result", _known(tx, call))

    def _update(self, call: Call) -> Response:
        body = _body(call)
        with self.store.write() as tx:
            known = _changeable(tx, call)
            old = known.body["definition"]
            new = clean(body, old)
            element = self.registrar.updated(known, new, new["name"])
            _check_name_free(tx, call.space, element)
            usage.check_change(_uses(tx, call.space, known), old, new)
            tx.replace(call.space, KIND, element)
            self._note(call, "Update", element)
            return _answer(tx, call.space, "updatedElement", element)

    def _delete(self, call: Call) -> Response:
        with self.store.write() as tx:
            element = _changeable(tx, call)
            usage.check_delete(_uses(tx, call.space, element))
            tx.remove(call.space, KIND, element.uid)
            self._note(call, "Delete", element)
        return reply({"uid": element.uid, "resStatus": "deleted"})

    def _note(self, call: Call, action: str, element: Element) -> None:
        """Add to the audit log; while the change is made, so that both have one order."""
        author = self.registrar.author
        self.trail.note(call.space, action, element.uid, element.name, author, call.request_id)

    def _built_in(self, space: Space, name: str, channel: str) -> Element:
        definition = {
            "name": name,
            "description": "",
            "actionType": action_rules.BUILT_IN,
            "channel": channel,
        }
        uid = str(uuid.uuid5(uuid.UUID(records.sandbox_id(space)), f"{KIND}/{name}"))
        return Element(uid, name, self.registrar.created(definition, name).body)


def clean(body: JsonObject, stored: JsonObject | None) -> JsonObject:
    """The definition that is kept of a body; masks in it stand for the values of ``stored``.

    Raises:
        Refusal: 400 or 403 with the code of the rule that is broken (PF-ACT-2, PF-ACT-3, PF-ACT-14).
    """
    definition = action_rules.clean_head(body)
    endpoint = action_rules.clean_endpoint(body.get("endpoint"), definition["actionType"])
    if endpoint is not None:
        definition["endpoint"] = endpoint
    if body.get("requestPayload") is not None:
        if endpoint is not None and endpoint.get("method") == "GET":
            raise action_rules.refused(PAYLOAD_WITH_GET, "a GET action has no request payload")
        definition["requestPayload"] = payload_rules.clean_request(body["requestPayload"])
    for key in _RESPONSES:
        if body.get(key) is not None:
            definition[key] = payload_rules.clean_response(body[key], key)
    sent = credentials.clean_authentication(body.get("authentication"))
    before = None if stored is None else stored.get("authentication")
    return {**definition, "authentication": credentials.restored(sent, before)}


def shown(space: Space, element: Element, uses: list[Use]) -> JsonObject:
    """The action as it is read: secrets masked, ``usedIn`` as of now (PF-ACT-10, PF-ACT-13)."""
    read = {**records.view(space, element), "usedIn": usage.shown(uses)}
    if "authentication" in read:
        read["authentication"] = credentials.masked(read["authentication"])
    return read


def without_secrets(definition: JsonObject) -> JsonObject:
    """The definition with the placeholder for each secret and constant header or query value (PF-ACT-15)."""
    copy = {**definition, "authentication": credentials.emptied(definition["authentication"])}
    if "endpoint" in definition:
        endpoint = definition["endpoint"]
        emptied = {
            key: [_emptied_entry(entry, kept) for entry in endpoint[key]]
            for key, kept in (("headers", FIXED_HEADERS), ("queryParameters", frozenset[str]()))
            if key in endpoint
        }
        copy["endpoint"] = {**endpoint, **emptied}
    return copy


def _emptied_entry(entry: JsonObject, kept: frozenset[str]) -> JsonObject:
    if entry["isVariable"] or entry["name"].lower() in kept:
        return entry
    return {**entry, "value": credentials.PLACEHOLDER}


def _body(call: Call) -> Any:
    return call.json_object(_malformed(), _malformed())


def _malformed() -> Refusal:
    return action_rules.refused(MALFORMED, "the body has to be a JSON object")


def _known(tx: Transaction, call: Call) -> Element:
    element = tx.get(call.space, KIND, call.uid)
    if element is None:
        raise unknown_element(KIND)
    return element


def _changeable(tx: Transaction, call: Call) -> Element:
    element = _known(tx, call)
    if element.body["definition"]["actionType"] == action_rules.BUILT_IN:
        raise Refusal(403, PROTECTED, "built-in actions can't be changed or removed")
    return element


def _check_name_free(tx: Transaction, space: Space, element: Element) -> None:
    other = tx.named(space, KIND, element.name)
    if other is not None and other.uid != element.uid:
        raise Refusal(409, NAME_TAKEN, "another action of this sandbox has this name")


def _uses(tx: Transaction, space: Space, element: Element) -> list[Use]:
    return usage.uses_of(tx, space, [element])[element.uid]


def _answer(tx: Transaction, space: Space, key: str, element: Element) -> Response:
    read = shown(space, element, _uses(tx, space, element))
    return reply(records.envelope(KIND, key, read, {"validationStatus": "ok"}))
