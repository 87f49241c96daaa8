"""Deploy states of a limit (PF-CAP-5): what is written and what is live are two things.

A live record has ``deployed`` (the definition at its last deployment) and ``stateBefore`` (the state to go
back to); one that is not live has neither.
"""

from __future__ import annotations

from toolkit.emulator.elements import Element
from toolkit.emulator.records import Registrar
from toolkit.emulator.wire import JsonObject

DEPLOYED = "deployed"


def is_live(element: Element) -> bool:
    """Whether something of this element is deployed, even if it was edited since."""
    return "deployed" in element.body


def deploy(element: Element, live: JsonObject, registrar: Registrar) -> Element:
    """The element in state ``deployed`` with ``live`` in force."""
    state = element.body["state"]
    record = {
        **element.body,
        "state": DEPLOYED,
        "stateBefore": element.body["stateBefore"] if state == DEPLOYED else state,
        "deployed": live,
        "metadata": {**element.body["metadata"], **registrar.stamp("lastDeployed")},
    }
    return Element(element.uid, element.name, record)


def in_force(element: Element, live: JsonObject) -> Element:
    """A live element that was edited, with the edit live at once: it stays ``deployed`` (PF-THR-3)."""
    record = {**element.body, "state": DEPLOYED, "stateBefore": "updated", "deployed": live}
    return Element(element.uid, element.name, record)


def undeploy(element: Element) -> Element:
    """The element not live any more, back in the state before its deployment [T]; others stay as they are."""
    record = {key: value for key, value in element.body.items() if key not in ("deployed", "stateBefore")}
    if element.body["state"] == DEPLOYED:
        record["state"] = element.body["stateBefore"]
    return Element(element.uid, element.name, record)
