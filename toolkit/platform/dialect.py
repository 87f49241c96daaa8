"""How one collection is spoken to: by the convention, except where a target's settings say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from toolkit.core.canonical import dump_json
from toolkit.core.pointer import Path, lookup, parse_pointer
from toolkit.core.redact import Secret
from toolkit.platform.call import Call, Effect
from toolkit.platform.port import PlatformError
from toolkit.platform.shapes import Element
from toolkit.platform.translation import Translation
from toolkit.workspace.api_settings import (
    ID_MARK,
    Api,
    ChangeCall,
    CreateCall,
    DeleteCall,
    LimitApi,
    ListCall,
    ReadCall,
)

MISSING = object()
"""Stands for nothing at a place of an answer."""


@dataclass(frozen=True, slots=True)
class Route:
    """Method and path of a request below the base URL; ``{id}`` in the path is an element's id."""

    method: str
    path: str

    def to(self, uid: str) -> str:
        """Return the path of one element."""
        return self.path.replace(ID_MARK, quote(uid, safe=""))


def _route(text: str) -> Route:
    method, _, path = text.partition(" ")
    return Route(method, path)


class Dialect:
    """The calls of one collection, and what stands where in their answers (PF-LST-1, PF-WRT-1 to PF-WRT-4).

    `places` are the service's codes about an element, each with the field of the comparable document.
    """

    def __init__(self, collection: str, places: Mapping[str, Path], api: Api | None = None) -> None:
        self.collection, self.places = collection, places
        taught = api or Api()
        self.is_taught = api is not None
        self._base, self._headers = taught.base_url or "", dict(taught.headers)
        self._translation = Translation(taught) if api is not None else None
        self.list = taught.list
        self._read = taught.read or ReadCall.model_validate({"call": f"GET {collection}/{{id}}"})
        self._create = taught.create or CreateCall.model_validate({"call": f"POST {collection}"})
        self._change = taught.change or ChangeCall.model_validate({"call": f"PUT {collection}/{{id}}"})
        self._delete = taught.delete or DeleteCall.model_validate({"call": f"DELETE {collection}/{{id}}"})
        limit = taught if isinstance(taught, LimitApi) else LimitApi()
        element = f"{collection}/{{id}}"
        self._steps = {
            "canDeploy": limit.can_deploy or f"GET {element}/canDeploy",
            "deploy": limit.deploy or f"POST {element}/deploy",
            "undeploy": limit.undeploy or f"POST {element}/undeploy",
        }

    def listing(self) -> ListCall:
        """Return how the list is asked for, by the convention where the settings don't say."""
        return self.list or ListCall.model_validate({"call": f"POST list/{self.collection}"})

    def to_list(self, query: Mapping[str, str], headers: Mapping[str, str], body: Mapping[str, Any]) -> Call:
        """Return the request for a list, or for a page of it."""
        route = _route(self.listing().call)
        has_body = route.method in {"POST", "PUT", "PATCH"}
        return Call(
            route.method,
            route.path,
            body=_json(body) if has_body else None,
            headers={**self._headers, **headers},
            query={**self.listing().query, **query},
            base_url=self._base,
        )

    def to_read(self, uid: str) -> Call:
        """Return the request that reads one element."""
        route = _route(self._read.call)
        return Call(
            route.method,
            route.to(uid),
            headers=self._headers,
            may_be_absent=True,
            absent=frozenset(self._read.absent_status),
            base_url=self._base,
        )

    def to_create(self, body: Element) -> Call:
        """Return the request that creates an element; it is sent once."""
        return self._to_write(self._create.call, "", Effect.ONCE, self._wrapped(body, self._create.within))

    def to_change(self, uid: str, body: Element) -> Call:
        """Return the request that replaces an element."""
        wrapped = self._wrapped(body, self._change.within)
        return self._to_write(self._change.call, uid, Effect.REPEATABLE, wrapped)

    def to_delete(self, uid: str) -> Call:
        """Return the request that removes an element."""
        return self._to_write(self._delete.call, uid, Effect.REPEATABLE)

    def to_step(self, uid: str, name: str) -> Call:
        """Return the request of the step ``canDeploy``, ``deploy`` or ``undeploy``."""
        effect = Effect.READ if name == "canDeploy" else Effect.REPEATABLE
        return self._to_write(self._steps[name], uid, effect)

    def path(self, uid: str) -> str:
        """Return the path that an element is read at."""
        return _route(self._read.call).to(uid)

    def is_absent(self, error: PlatformError) -> bool:
        """Tell whether an answer says that there is no such element (PF-WRT-3)."""
        if error.status in self._read.absent_status:
            return True
        return error.status == 404 and error.code == "AJO505"

    @property
    def absent_statuses(self) -> frozenset[int]:
        """The statuses that may say that there is no such element."""
        return frozenset({404, *self._read.absent_status})

    def ours(self, element: Element) -> Element:
        """Return an element in the words of the convention."""
        return self._translation.ours(element) if self._translation else element

    def element_in(self, answer: Any) -> Any:
        """Return what stands where an answer has the element that was read, in our words."""
        found = at(answer, self._read.element)
        return self.ours(found) if isinstance(found, dict) else found

    def created_id(self, answer: Any) -> Any:
        """Return what stands where an answer has the id of what was created."""
        found = at(answer, self._create.id)
        return str(found) if isinstance(found, int) and not isinstance(found, bool) else found

    def _to_write(self, call: str, uid: str, effect: Effect, body: Element | None = None) -> Call:
        route = _route(call)
        return Call(
            route.method,
            route.to(uid),
            effect,
            None if body is None else _json(body),
            headers=self._headers,
            places={} if effect is Effect.READ else self.places,
            base_url=self._base,
        )

    def _wrapped(self, body: Element, within: str) -> Element:
        wrapped = self._translation.theirs(body) if self._translation else body
        for part in reversed(parse_pointer(within)):
            wrapped = {part: wrapped}
        return wrapped


def at(answer: Any, pointer: str) -> Any:
    """Return what stands at a pointer of an answer, :data:`MISSING` where nothing does."""
    try:
        return lookup(answer, parse_pointer(pointer))
    except LookupError:
        return MISSING


def _json(body: Mapping[str, Any]) -> Secret:
    return Secret(dump_json(body, indent=None))
