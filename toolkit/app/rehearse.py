"""Rehearse actions: find the limits that hold for them, run each lane, and say what would serve better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from toolkit.app.new.place import Made, check_name, folder_for, made
from toolkit.app.validate import validate
from toolkit.core.diagnostics import has_errors
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.exercise.rehearsal.arrivals import Arrivals
from toolkit.exercise.rehearsal.endpoint import Endpoint
from toolkit.exercise.rehearsal.lane import Flow, Lane, Limit, campaign_limit, default_limit, throttling
from toolkit.exercise.rehearsal.outcome import LaneOutcome
from toolkit.exercise.rehearsal.recommend import Advice, advise
from toolkit.exercise.rehearsal.simulate import rehearse
from toolkit.model.document import Document
from toolkit.model.kinds import CampaignAction, EndpointConfig
from toolkit.rules.facts import Facts, facts_of
from toolkit.rules.patterns import limits_action
from toolkit.workspace.load import Workspace
from toolkit.workspace.values import Filled, for_target


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to rehearse: arrivals and endpoint of each action, the timeout and what lies between retries."""

    arrivals: Arrivals
    endpoint: Endpoint
    timeout_s: float
    retry_wait_s: float
    seed: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One lane, what became of its calls, and advice."""

    lane: Lane
    outcome: LaneOutcome
    advice: Advice


def rehearse_actions(
    workspace: Workspace,
    target_name: str | None,
    names: Sequence[str],
    wishes: Wishes,
    on_progress: Callable[[float], None] = lambda share: None,
) -> list[Rehearsed]:
    """Rehearse calls of the actions `names`, all at the same time, each with the same arrivals.

    Raises :class:`AjoError` AJO308 for an action that is not there, :class:`InvalidDefinitions` where its
    file or that of a limit has errors.
    """
    lanes = lanes_of(workspace, workspace.target(target_name)[0], names, wishes)
    return [_rehearsed(lane, wishes, on_progress) for lane in lanes]


def _rehearsed(lane: Lane, wishes: Wishes, on_progress: Callable[[float], None]) -> Rehearsed:
    outcome = rehearse(lane, wishes.endpoint, seed=wishes.seed, on_progress=on_progress)

    def instead(limit: Limit) -> LaneOutcome:
        return rehearse(replace(lane, limit=limit), wishes.endpoint, seed=wishes.seed)

    return Rehearsed(lane, outcome, advise(lane, wishes.endpoint, outcome, instead))


def lanes_of(workspace: Workspace, target: str, names: Sequence[str], wishes: Wishes) -> list[Lane]:
    """Group actions by the limit that they share; raises as :func:`rehearse_actions` does."""
    filled = for_target(workspace, target).filled
    found = {item.definition.name: item for item in filled if item.definition.kind.endswith("Action")}
    chosen = list(dict.fromkeys(names))
    for name in chosen:
        if name not in found:
            known = ", ".join(sorted(found)) or "none"
            raise AjoError("AJO308", f'target "{target}" has no action "{name}"; there are: {known}')
    limits = [item for item in filled if not item.definition.kind.endswith("Action")]
    _refuse_invalid(workspace, [*(found[name] for name in chosen), *limits])
    flows: dict[Limit, list[Flow]] = {}
    for name in chosen:
        flows.setdefault(_limit_of(found[name], limits), []).append(Flow(name, wishes.arrivals))
    return [
        Lane(limit, tuple(shared), wishes.timeout_s, wishes.retry_wait_s) for limit, shared in flows.items()
    ]


def _refuse_invalid(workspace: Workspace, items: Sequence[Filled]) -> None:
    files = {item.origin.file for item in items}
    wrong = [finding for finding in validate(workspace) if finding.file in files]
    if has_errors(wrong):
        raise InvalidDefinitions(wrong)


def _limit_of(action: Filled, limits: Sequence[Filled]) -> Limit:
    """Return the limit that holds: a throttling before a capping, the tightest one, else the default."""
    if isinstance(action.definition, CampaignAction):
        return campaign_limit()
    facts = facts_of(action.definition)
    holding = [
        _limit(item, other) for item in limits if limits_action(other := facts_of(item.definition), facts)
    ]
    if not holding:
        return default_limit(facts.address.host if facts.address else facts.url)
    return min(holding, key=lambda limit: (limit.kind != "throttling", limit.per_second))


def _limit(item: Filled, facts: Facts) -> Limit:
    definition = item.definition
    if isinstance(definition, EndpointConfig):
        service = definition.services.action
        assert service is not None, "a limit without a rate for actions limits none"
        assert facts.rate is not None
        return Limit("capping", facts.rate, facts.name, facts.url, service.max_http_connections)
    assert facts.rate is not None
    return throttling(facts.rate.calls, facts.name, facts.url)


def definition_of(
    workspace: Workspace, rehearsed: Sequence[Rehearsed], name: str, folder: str | None
) -> Made:
    """Make the recommended limit a definition; nothing is written.

    Raises :class:`AjoError` AJO720 where not exactly one is recommended, or the limit has a definition
    already, and what ``ajo new`` raises.
    """
    found = [(each.lane.limit, each.advice.best.limit) for each in rehearsed if each.advice.best]
    if len(found) != 1:
        fix = "Rehearse actions of one host, or write the limits by hand." if found else "Leave --write out."
        raise AjoError("AJO720", f"{len(found) or 'no'} limits are recommended, so none is written", fix=fix)
    ((now, best),) = found
    if now.name:
        fix = f'Change the definition "{now.name}" to {best}, or remove it first.'
        raise AjoError("AJO720", f"{now} is a definition already: {now.name}", fix=fix)
    check_name("EndpointConfig", name)
    pattern = f"https://{best.pattern}/*"
    return made(workspace, *_fields(best, name, pattern), folder_for(pattern, folder, name))


def _fields(limit: Limit, name: str, pattern: str) -> tuple[str, Document]:
    if limit.kind == "throttling":
        fields = {"name": name, "urlPattern": pattern, "methods": ["POST"], "maxThroughput": limit.rate.calls}
        return "ThrottlingConfig", fields
    rating = {"maxCallsCount": limit.rate.calls, "periodInMs": limit.rate.period_ms}
    return "EndpointConfig", {
        "name": name,
        "url": pattern,
        "methods": ["POST"],
        "services": {"action": {"rating": rating}},
    }
