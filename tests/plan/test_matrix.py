"""What a sync would do to several targets, resource by resource."""

from __future__ import annotations

from dataclasses import replace

from tests.plan.samples import SCOPE, action, capping, live
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, Resource
from toolkit.plan.compute import compute
from toolkit.plan.matrix import Cell, Column, rows_of
from toolkit.plan.types import Block, Kept, Plan


def plan(*desired: Resource, already: tuple[Resource, ...] = ()) -> Plan:
    return compute(SCOPE, Catalog.of(desired), Catalog.of(map(live, already)))


def column(found: Plan, *desired: Resource, target: str = "dev") -> Column:
    return Column(target, found, names={resource.key: resource.name for resource in desired})


def test_each_target_says_what_becomes_of_each_resource() -> None:
    new, same = action("New"), action("Same")
    changed, was = action("Changed", description="now"), action("Changed")
    here = column(plan(new, same, changed, already=(same, was)), new, same, changed)
    there = column(plan(same), same, target="prod")
    assert {row.name: row.cells for row in rows_of([here, there])} == {
        "Changed": (Cell.UPDATE, Cell.NOT_FOR_IT),
        "New": (Cell.CREATE, Cell.NOT_FOR_IT),
        "Same": (Cell.UNCHANGED, Cell.CREATE),
    }


def test_a_limit_is_one_row_although_its_url_is_another_in_each_target() -> None:
    dev, prod = capping("https://dev.example.com/*"), capping("https://prod.example.com/*")
    columns = [column(plan(dev, already=(dev,)), dev), column(plan(prod), prod, target="prod")]
    (row,) = rows_of(columns)
    assert (row.kind, row.name, row.cells) == (
        "EndpointConfig",
        "acme-api",
        (Cell.UNCHANGED, Cell.CREATE),
    )


def test_a_target_that_was_not_read_leaves_its_column_unknown() -> None:
    one = action("One")
    columns = [column(plan(one), one), Column("prod", None, AjoError("AJO501", "no answer"))]
    known = [("CustomAction", "Other")]
    assert [(row.name, row.cells) for row in rows_of(columns, known)] == [
        ("One", (Cell.CREATE, Cell.UNKNOWN)),
        ("Other", (Cell.NOT_FOR_IT, Cell.UNKNOWN)),
    ]


def test_a_blocked_step_is_blocked_whatever_it_would_do() -> None:
    one = action("One")
    found = plan(one)
    blocked = replace(found.steps[0], blocks=(Block("AJO603", "why", "way out"),))
    (row,) = rows_of([column(replace(found, steps=(blocked,)), one)])
    assert row.cells == (Cell.BLOCKED,)


def test_what_others_did_and_may_stay_is_kept() -> None:
    one = action("One")
    found = replace(plan(one, already=(one,)), kept=(Kept(one, (), "on-drift keep"),))
    (row,) = rows_of([column(found, one)])
    assert row.cells == (Cell.KEPT,)
