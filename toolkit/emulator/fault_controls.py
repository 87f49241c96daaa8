"""The administration API for faults: ``/_admin/faults``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call, Resource
from toolkit.emulator.elements import Space
from toolkit.emulator.faults import Switchboard
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import reply


@dataclass(frozen=True, slots=True)
class FaultControls:
    """Routes below `base`; `admit` decides who may use them."""

    base: str
    admit: Callable[[Call], Space]
    board: Switchboard

    def routes(self) -> list[Route]:
        """``GET`` lists the rules, ``POST`` adds one or several, ``DELETE`` ends all of them, or one."""
        methods = {"GET": self._list, "POST": self._add, "DELETE": self._clear}
        return [
            Route(f"{self.base}/faults", Resource(methods, self.admit)),
            Route(f"{self.base}/faults/{{id:int}}", Resource({"DELETE": self._remove}, self.admit)),
        ]

    def _list(self, _: Call) -> Response:
        return reply({"faults": self.board.rules.shown()})

    def _add(self, call: Call) -> Response:
        refused = Refusal(400, 400, 'the body has to be a fault, or {"faults": [...]}')
        body = call.json_object(refused, refused)
        stated = body["faults"] if set(body) == {"faults"} else [body]
        if not isinstance(stated, list):
            raise refused
        return reply({"faults": [rule.shown() for rule in self.board.rules.add(*stated)]}, 201)

    def _clear(self, _: Call) -> Response:
        self.board.stale.clear()
        return reply({"removed": self.board.rules.remove()})

    def _remove(self, call: Call) -> Response:
        removed = self.board.rules.remove(int(call.parameters["id"]))
        if not removed:
            raise Refusal(404, 404, "no fault has this id")
        return reply({"removed": removed})
