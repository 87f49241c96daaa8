"""What cappings and throttlings share on the wire: configurations that count once deployed (PF-CAP-5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.core.canonical import same_json
from toolkit.platform.adapter import ENVELOPE
from toolkit.platform.shapes import Element

DEPLOYED = "deployed"
OTHER_CONFIGURATION = "deployed with another configuration"
"""State of a live document whose configuration is not the one that counts."""

LIMIT_ENVELOPE = (*ENVELOPE, "_id", "version", "hasBeenDeployed", "deployedConfig")
"""Members of an element beside its configuration."""


def configuration(element: Mapping[str, Any], names: tuple[str, ...]) -> Element:
    """Return the members `names` of an element or of its ``deployedConfig``; methods are a set.

    A number of connections that is not stated is -1 in a deployed one (PF-CAP-5).
    """
    found = {name: element[name] for name in names if name in element}
    if isinstance(found.get("services"), dict):
        found["services"] = {name: _stated(service) for name, service in found["services"].items()}
    if isinstance(found.get("methods"), list):
        found["methods"] = sorted({str(method) for method in found["methods"]})
    return found


def _stated(service: Any) -> Any:
    if isinstance(service, dict) and service.get("maxHttpConnections") == -1:
        return {name: value for name, value in service.items() if name != "maxHttpConnections"}
    return service


def same_configuration(left: Mapping[str, Any], right: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Tell whether two elements or bodies configure the same."""
    return same_json(configuration(left, names), configuration(right, names))


def is_live(element: Element) -> bool:
    """Tell whether some configuration of the element counts now (PF-CAP-5)."""
    return element.get("state") == DEPLOYED or element.get("deployedConfig") is not None


def live_configuration(element: Element) -> Mapping[str, Any] | None:
    """Return what counts now, None if nothing does or the element does not say."""
    deployed = element.get("deployedConfig")
    return deployed if isinstance(deployed, dict) else None


def live_state(element: Element, names: tuple[str, ...], *, config_expected: bool) -> str:
    """Return the state of a live document: ``deployed`` only if what counts is what the element shows.

    `names` are the members that decide. With `config_expected`, nobody knows what counts while there is no
    ``deployedConfig``.
    """
    state = str(element.get("state"))
    counts = live_configuration(element)
    if counts is None:
        return OTHER_CONFIGURATION if state == DEPLOYED and config_expected else state
    return DEPLOYED if same_configuration(counts, element, names) else OTHER_CONFIGURATION
