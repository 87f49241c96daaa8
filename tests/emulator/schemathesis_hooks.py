"""What schemathesis loads besides its own checks."""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

REFUSED = frozenset({400, 401, 403, 404})


@schemathesis.hook
def map_body(_: schemathesis.HookContext, body: Any) -> Any:
    """Give every field, header and parameter of a list a name of its own: a rule that no JSON Schema can say.

    The first one of a name stays, so that what was wrong stays wrong.
    """
    if isinstance(body, dict):
        return {key: map_body(_, value) for key, value in body.items()}
    if not isinstance(body, list):
        return body
    seen: set[str] = set()
    return [_renamed(map_body(_, item), seen) for item in body]


def _renamed(item: Any, seen: set[str]) -> Any:
    name = item.get("name") if isinstance(item, dict) else None
    if not isinstance(name, str):
        return item
    while name.lower() in seen:
        name += "_"
    seen.add(name.lower())
    return {**item, "name": name}


@schemathesis.check
def refuses_without_a_required_header(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Stands in for ``missing_required_header``, which wants 401 for a missing token: it is 403."""
    data = case.meta.phase.data if case.meta else None
    if (
        isinstance(data, CoveragePhaseData)
        and data.scenario is CoverageScenario.MISSING_PARAMETER
        and data.parameter_location is ParameterLocation.HEADER
    ):
        assert response.status_code in REFUSED, f"{response.status_code} without {data.parameter}"
