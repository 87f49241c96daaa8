"""Documents in the wire's form, put into sandboxes by the rules of the API: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.emulator import actions, capping, journeys, lifecycle, throttling
from toolkit.emulator.action_rules import NAME_TAKEN
from toolkit.emulator.actions import ActionsApi
from toolkit.emulator.elements import Element, Space, Transaction
from toolkit.emulator.journeys import JourneysApi
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import JsonObject

KINDS = (actions.KIND, capping.KIND, throttling.KIND, journeys.KIND)


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be put where; `place` names it when something is wrong with it."""

    space: Space
    kind: str
    place: str
    body: JsonObject


@dataclass(frozen=True, slots=True)
class Problem:
    """One document that the API would refuse, and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class PlacingError(Exception):
    """Documents that can't be placed; `problems` has all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Placing:
    """Puts documents into sandboxes."""

    actions: ActionsApi
    journeys: JourneysApi

    def put(self, tx: Transaction, documents: Iterable[Document], known: Iterable[Problem] = ()) -> None:
        """Add all documents.

        A document may have a ``uid`` of its own; a limit whose ``state`` is ``deployed`` is deployed.

        Raises:
            PlacingError: the API would refuse one or more, or `known` ones were wrong already; then nothing
                of `tx` may be committed.
        """
        problems = list(known)
        for document in documents:
            try:
                self._put(tx, document)
            except Refusal as refusal:
                code = "" if refusal.code == refusal.status else f" ({refusal.code})"
                problems.append(Problem(document.place, f"{refusal.message}{code}"))
        if problems:
            raise PlacingError(problems)

    def _put(self, tx: Transaction, document: Document) -> None:
        space, kind = document.space, document.kind
        element = self._element(space, kind, document.body)
        if tx.get(space, kind, element.uid) is not None:
            raise Refusal(409, 409, "another element of the sandbox has this uid")
        if kind == actions.KIND and tx.named(space, kind, element.name) is not None:
            raise Refusal(409, NAME_TAKEN, "another action of this sandbox has this name")
        if kind == throttling.KIND:
            self._check_throttling(tx, space)
        tx.add(space, kind, element)
        if kind == journeys.KIND:
            tx.set_uses(space, element.uid, journeys.uses_of(document.body))

    def _element(self, space: Space, kind: str, body: JsonObject) -> Element:
        """The element that the API would keep of a document."""
        if kind == journeys.KIND:
            return self.journeys.element(space, body)
        registrar = self.actions.registrar
        match kind:
            case actions.KIND:
                definition = actions.clean(body, None)
                element = registrar.created(definition, definition["name"])
            case capping.KIND:
                element = registrar.created(capping.clean(body))
            case _:
                element = registrar.created(throttling.clean(body))
        uid = body.get("uid")
        if isinstance(uid, str) and uid:
            element = Element(uid, element.name, element.body)
        return self._deployed(kind, element) if body.get("state") == lifecycle.DEPLOYED else element

    def _deployed(self, kind: str, element: Element) -> Element:
        definition = element.body["definition"]
        if kind == actions.KIND:
            raise Refusal(400, 400, "an action is not deployed")
        room = capping if kind == capping.KIND else throttling
        for error in room.verdict(definition).get("errors", []):
            raise Refusal(500, error["errorCode"], f"it can't be deployed: {error['error']}")
        live = capping.in_force(definition) if kind == capping.KIND else definition
        return lifecycle.deploy(element, live, self.actions.registrar)

    def _check_throttling(self, tx: Transaction, space: Space) -> None:
        if not self.actions.gateway.is_production(space):
            raise throttling.refused(1463)
        if tx.count_in_organisation(space.organisation, throttling.KIND):
            raise throttling.refused(1465)
