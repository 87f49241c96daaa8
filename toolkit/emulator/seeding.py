"""Made-up elements in any number, the same for the same seed: what a busy sandbox looks like."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from toolkit.emulator import actions, capping, journeys
from toolkit.emulator.elements import Space
from toolkit.emulator.placing import Document
from toolkit.emulator.wire import JsonObject

MOST = 10_000
"""How many elements of a kind are made at once."""

_SUBJECTS = ("Welcome", "Order", "Points", "Birthday", "Reminder", "Survey", "Invoice", "Delivery")
_PARTNERS = ("crm", "loyalty", "parcel", "tickets", "payments", "helpdesk")
_FIELDS = ("memberId", "firstName", "orderNumber", "amount", "store", "language", "voucher", "deliveryDay")


class Amounts(NamedTuple):
    """How many of each."""

    actions: int
    cappings: int
    journeys: int


def documents(space: Space, amounts: Amounts, seed: int, there: Amounts) -> Iterator[Document]:
    """Yield documents in the wire's form; numbers go on from how many are `there`, so that none is twice."""
    chance = random.Random(seed)
    names = [f"{chance.choice(_SUBJECTS)}_{there.actions + number:05}" for number in range(amounts.actions)]
    for name in names:
        yield Document(space, actions.KIND, name, _action(name, chance))
    for number in range(amounts.cappings):
        yield Document(space, capping.KIND, f"capping {number}", _capping(there.cappings + number, chance))
    for number in range(amounts.journeys):
        yield Document(
            space, journeys.KIND, f"journey {number}", _journey(there.journeys + number, names, chance)
        )


def _action(name: str, chance: random.Random) -> JsonObject:
    labels = chance.sample(_FIELDS, chance.randint(1, len(_FIELDS)))
    variables = [
        {"name": label, "type": "string", "isVariable": True, "label": label, "isOptional": index > 0}
        for index, label in enumerate(labels)
    ]
    template = {"name": "template", "type": "string", "isVariable": False, "value": name.lower()}
    return {
        "name": name,
        "description": f"Made up: sends {name} to a partner.",
        "actionType": "custom",
        "endpoint": {"url": f"https://api.{chance.choice(_PARTNERS)}.example/v1/messages", "method": "POST"},
        "requestPayload": {"fields": [template, *variables]},
    }


def _capping(number: int, chance: random.Random) -> JsonObject:
    rating = {"maxCallsCount": chance.randint(1, 50) * 100, "periodInMs": 1000}
    return {
        "url": f"https://api.{chance.choice(_PARTNERS)}.example/v1/{number}/*",
        "methods": ["POST"],
        "services": {"action": {"maxHttpConnections": chance.randint(10, 400), "rating": rating}},
        "state": chance.choice(("created", "deployed")),
    }


def _journey(number: int, names: list[str], chance: random.Random) -> JsonObject:
    used = chance.sample(names, min(len(names), chance.randint(0, 3)))
    nodes = [{"id": f"node-{index}", "type": "action", "name": name} for index, name in enumerate(used)]
    return {
        "id": f"seeded-{number:05}",
        "name": f"Journey {number:05}",
        "status": chance.choice(journeys.STATUSES),
        "nodes": nodes,
    }
