"""What every stand-in is made of: routes below the host that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Handler, Resource
from toolkit.emulator.refusals import Refusal

PREFIX = "/partners"

Refuse: TypeAlias = Callable[[Refusal], Response]
"""Words a refusal that has nothing to do with the vendor's rules (404, 405, 413) as the vendor would."""


class StandIn(Protocol):
    """One vendor's system."""

    def routes(self) -> list[Route]:
        """Its routes, all below ``/partners/<host>``."""
        ...

    def reset(self) -> None:
        """Forget everything: tokens, counted calls, what was registered."""
        ...


def below(host: str, paths: Mapping[str, Mapping[str, Handler]], refuse: Refuse) -> list[Route]:
    """Routes for `paths` of a host, and a 404 in the vendor's shape for every other path."""
    known = [route(host, path, methods, refuse) for path, methods in paths.items()]
    return [*known, *(route(host, rest, {}, refuse) for rest in ("", "/{rest:path}"))]


def route(host: str, path: str, methods: Mapping[str, Handler], refuse: Refuse) -> Route:
    """The route of one path of a host."""
    resource = Resource(methods, refuse=lambda refusal, request_id, schema: refuse(refusal))
    return Route(f"{PREFIX}/{host}{path}", resource)
