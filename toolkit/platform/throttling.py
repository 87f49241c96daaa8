"""Throttlings, wire ↔ document: the collection ``throttlingConfigs`` (PF-THR-1 to PF-THR-4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.core.pointer import Path
from toolkit.model.document import Document
from toolkit.platform.adapter import Reading, comparable_document
from toolkit.platform.limits import LIMIT_ENVELOPE, live_state
from toolkit.platform.shapes import Element, object_at, text_at

_KIND = "ThrottlingConfig"
_CODE = "ERR_THROTTLING_CONFIG_"


class ThrottlingAdapter:
    """The collection ``throttlingConfigs`` of one organisation."""

    collection = "throttlingConfigs"
    none_allowed = frozenset({"1463"})
    """Outside a production sandbox there is none, whether the list is empty or refused (PF-THR-2)."""

    effective = ("urlPattern", "methods", "maxThroughput")
    members = ("name", "description", *effective)
    change_while_deployed = True
    """An update of a deployed one takes effect at once (PF-THR-3)."""

    config_expected = False
    """Nothing promises that the element says what counts."""

    places: Mapping[str, Path] = MappingProxyType(
        {
            _CODE + "100": (),  # PF-THR-4
            _CODE + "101": ("maxThroughput",),
            _CODE + "104": ("urlPattern",),
            _CODE + "105": ("urlPattern",),
            _CODE + "106": (),
            **{str(code): () for code in range(1456, 1466)},  # PF-THR-2, PF-THR-3, PF-THR-4
            "14466": (),
            "14467": (),
            "14468": (),
        }
    )

    def __init__(self, organisation: str) -> None:
        self._organisation = organisation

    def key_of(self, element: Element) -> tuple[str, str] | None:
        """Return kind and URL pattern."""
        pattern = element.get("urlPattern")
        return (_KIND, pattern) if isinstance(pattern, str) else None

    def read(self, element: Element) -> Reading:
        """Return kind and comparable document, whose state is ``deployed`` only if it is what counts."""
        required = ("uid", "state", "urlPattern", "methods", "maxThroughput")
        object_at(element, (), required, (*LIMIT_ENVELOPE, "name", "description"))
        raw = {name: element[name] for name in ("methods", "maxThroughput")}
        raw["urlPattern"] = text_at(element, "urlPattern")
        name = text_at({"name": "", **element}, "name")
        raw |= {"name": name or "-", "description": text_at({"description": "", **element}, "description")}
        document = comparable_document(_KIND, raw)
        # The platform does without a name, definitions don't: the difference shows, and an update mends it.
        document["name"] = name
        text_at(element, "state")
        state = live_state(element, self.effective, config_expected=self.config_expected)
        return Reading(_KIND, {**document, "state": state})

    def body(self, document: Document) -> Element:
        """Return the configuration as PUT and POST take it."""
        return {**{name: document[name] for name in self.members}, "orgId": self._organisation}
