"""Resources by identity."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.samples import action, campaign, capping, parsed, throttling
from toolkit.core.canonical import DecimalLiteral
from toolkit.model.catalog import Catalog, RemoteRef, Resource, ResourceKey, identity_of
from toolkit.model.document import comparable


def resource(identity: str = "A", **fields: Any) -> Resource:
    document = fields.pop("document", {"name": identity})
    return Resource(ResourceKey("CustomAction", identity), identity, document, **fields)


@pytest.mark.parametrize(
    ("raw", "identity"),
    [
        (action(), "Sample"),
        (campaign(), "Sample"),
        (capping(), "https://example.com/*"),
        (throttling(), "https://example.com/*"),
    ],
    ids=["action", "campaign", "capping", "throttling"],
)
def test_an_action_is_known_by_its_name_and_a_limit_by_its_pattern(raw: Any, identity: str) -> None:
    assert identity_of(raw["kind"], comparable(parsed(raw))) == identity


def test_a_catalog_gives_a_resource_by_its_key() -> None:
    first, second = resource("A"), resource("B")
    catalog = Catalog.of([first, second])
    assert catalog.get(ResourceKey("CustomAction", "B")) is second
    assert catalog.get(ResourceKey("CampaignAction", "B")) is None


def test_a_catalog_keeps_the_order_and_number_of_its_resources() -> None:
    catalog = Catalog.of([resource("B"), resource("A")])
    assert ([each.name for each in catalog], len(catalog)) == (["B", "A"], 2)


def test_a_catalog_of_nothing_is_empty() -> None:
    assert len(Catalog()) == 0


def test_one_key_stands_once_in_a_catalog() -> None:
    with pytest.raises(ValueError, match="CustomAction A stands twice"):
        Catalog.of([resource("A"), resource("A")])


def test_a_catalogs_resources_can_not_be_changed() -> None:
    resources: Any = Catalog.of([resource()]).resources
    with pytest.raises(TypeError):
        resources[ResourceKey("CustomAction", "B")] = resource("B")


def test_a_resources_digest_is_that_of_its_document_alone() -> None:
    live = resource(document={"a": DecimalLiteral("1.0"), "b": 2}, remote=RemoteRef("uid", "x", "created"))
    written = resource(document={"b": 2, "a": DecimalLiteral("1.00")}, file="actions/A.json", protected=True)
    assert live.digest == written.digest


def test_a_resource_shows_no_document() -> None:
    assert "Bearer" not in repr(resource(document={"value": "Bearer x"}))


def test_keys_stand_in_order_of_kind_and_identity() -> None:
    keys = [
        ResourceKey("EndpointConfig", "a"),
        ResourceKey("CustomAction", "b"),
        ResourceKey("CustomAction", "a"),
    ]
    assert [str(key) for key in sorted(keys)] == ["CustomAction a", "CustomAction b", "EndpointConfig a"]
