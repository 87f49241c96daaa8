"""Cappings, wire ↔ document: the collection ``endpointConfigs`` (PF-CAP-1 to PF-CAP-9)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.core.pointer import Path
from toolkit.model.document import Document
from toolkit.platform.adapter import Reading, comparable_document
from toolkit.platform.limits import LIMIT_ENVELOPE, live_state
from toolkit.platform.shapes import Element, object_at, text_at

_KIND = "EndpointConfig"
_CODE = "ERR_ENDPOINTCONFIG_"


class CappingAdapter:
    """The collection ``endpointConfigs`` of one organisation."""

    collection = "endpointConfigs"
    none_allowed: frozenset[str] = frozenset()
    members = effective = ("url", "methods", "services")
    change_while_deployed = False
    """A deployed one is undeployed before it is updated (PF-CAP-6)."""

    config_expected = True
    """While deployed, the element says what counts (PF-CAP-5)."""

    places: Mapping[str, Path] = MappingProxyType(
        {
            _CODE + "100": ("url",),  # PF-CAP-3
            _CODE + "101": ("url",),
            _CODE + "102": ("url",),
            _CODE + "103": ("methods",),
            _CODE + "104": ("services",),
            _CODE + "107": ("services",),
            _CODE + "108": ("services",),
            _CODE + "111": (),
            _CODE + "112": (),
            "ERR_AUTHORING_ENDPOINTCONFIG_1": ("services",),
        }
    )

    def __init__(self, organisation: str) -> None:
        self._organisation = organisation

    def key_of(self, element: Element) -> tuple[str, str] | None:
        """Return kind and URL pattern."""
        url = element.get("url")
        return (_KIND, url) if isinstance(url, str) else None

    def read(self, element: Element) -> Reading:
        """Return kind and comparable document, whose state is ``deployed`` only if it is what counts."""
        object_at(element, (), ("uid", "state", *self.members), LIMIT_ENVELOPE)
        raw = {"name": "-", **{name: element[name] for name in self.members}, "url": text_at(element, "url")}
        document = comparable_document(_KIND, raw)
        text_at(element, "state")
        state = live_state(element, self.effective, config_expected=self.config_expected)
        return Reading(_KIND, {**document, "state": state})

    def body(self, document: Document) -> Element:
        """Return the configuration as PUT and POST take it."""
        return {**{name: document[name] for name in self.members}, "orgId": self._organisation}
