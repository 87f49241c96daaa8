"""A load as text and JSON: what would be sent, and what journeys would have seen beside the limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.core.canonical import DecimalLiteral
from toolkit.core.errors import AjoError
from toolkit.exercise.load.account import PERCENTILES, Bound, LoadAccount
from toolkit.exercise.load.terms import Terms
from toolkit.exercise.request import Rendered
from toolkit.model.guardrails import MILLISECONDS_A_SECOND, SLOW_FROM_MS
from toolkit.report.exchange import rendered_text
from toolkit.report.listing import Row, table
from toolkit.report.outcomes import cap_line, slow_lane_line, timeout_line


@dataclass(frozen=True, slots=True)
class Preview:
    """What a load would send: its first request, how many of them, and the hosts that get them."""

    target: str
    rendered: Rendered
    terms: Terms
    host: str
    token_host: str | None
    rows: int


def preview_text(preview: Preview) -> str:
    """Show a load that is not put on."""
    terms = preview.terms
    lines = [rendered_text(preview.rendered), ""]
    lines.append(f"To {preview.host}, which the settings list as yours.")
    if preview.token_host:
        lines.append(f"Tokens from {preview.token_host}, one at a time and each for as long as it lives.")
    lines.append(
        f"{_counted(preview.rows, 'row')} of values, in turn. {_counted(terms.users, 'user')}, "
        f"{terms.spawn_rate:g} more a second, "
        f"at most {terms.rate:g} exercises a second for {terms.run_time_s:g} s."
    )
    retries = f", with retries {terms.most_calls:,} calls" if terms.retries else ""
    lines.append(f"That is at most {_counted(terms.most_exercises, 'exercise')}{retries}. Nothing was sent.")
    return "\n".join(lines)


def preview_data(preview: Preview) -> dict[str, Any]:
    """Return the same for machines."""
    terms = preview.terms
    return {
        "format": "ajo-load-preview",
        "version": 1,
        "target": preview.target,
        "terms": {name: _plain(value) for name, value in terms.to_json().items()},
        "host": preview.host,
        "tokenHost": preview.token_host,
        "rows": preview.rows,
        "mostExercises": terms.most_exercises,
        "mostCalls": terms.most_calls,
        **preview.rendered.to_json(),
    }


def load_data(target: str, account: LoadAccount, stopped: AjoError | None) -> dict[str, Any]:
    """Return what came of a load, and why it ended before its time if it did."""
    reason = stopped and {"code": stopped.code, "message": stopped.message, "fix": stopped.fix}
    return {"format": "ajo-load", "version": 1, "target": target, **account.to_json(), "stopped": reason}


def load_text(account: LoadAccount) -> str:
    """Show what came of a load."""
    parts = [_head(account)]
    if account.tally.exercises:
        parts += ["", table(_outcomes(account)), "", *_times(account), *_limits(account)]
    return "\n".join([*parts, *_bounds(account)])


def _head(account: LoadAccount) -> str:
    users, processes = (
        _counted(account.terms.users, "user"),
        _counted(account.processes, "process", "processes"),
    )
    ended = ", interrupted" if account.interrupted else ""
    count = _counted(account.tally.exercises, "exercise")
    return f"{account.action}: {count} in {account.elapsed_s:.1f} s, {users} in {processes}{ended}"


def _outcomes(account: LoadAccount) -> list[Row]:
    return [
        {
            "outcome": group.jo_status_code,
            "count": f"{group.count:,}",
            "share": f"{group.count / account.tally.exercises:.1%}",
            "retries": f"{group.retries:,}",
            "deviating": f"{group.deviating:,}",
        }
        for group in account.tally.groups
    ]


def _times(account: LoadAccount) -> Iterator[str]:
    tally, timeout_ms = account.tally, account.terms.timeout_s * MILLISECONDS_A_SECOND
    if tally.average_ms is None:
        yield "There was no answer to measure."
        return
    slow = f"of {SLOW_FROM_MS.value / MILLISECONDS_A_SECOND:g} s"
    rows: list[Row] = []
    for rank in PERCENTILES:
        time = tally.percentile_ms(rank) or 0.0
        rows.append(
            {
                "answers": "longest" if rank == 100 else f"{rank} %",
                "ms": f"{time:,.1f}",
                slow: f"{time / SLOW_FROM_MS.value:.1%}",
                f"of {account.terms.timeout_s:g} s": f"{time / timeout_ms:.1%}",
            }
        )
    yield from (table(rows), "")
    yield slow_lane_line(tally.average_ms)


def _limits(account: LoadAccount) -> Iterator[str]:
    engine, terms = account.engine, account.terms
    yield timeout_line(account.tally.longest_ms, terms.timeout_s)
    yield cap_line(account.calls_a_second, account.share_of_cap, account.cap)
    if terms.uncapped:
        yield "The cap was not kept to (--uncapped): journeys would lose what is above it."
    if account.tally.tokens:
        yield f"A token was asked for {_counted(account.tally.tokens, 'time')}."
    times = ", ".join(f"{rank} % {time:,.0f}" for rank, time in engine.percentiles_ms)
    counted = f"{_counted(engine.requests, 'request')}, {_counted(engine.failures, 'failure')}"
    yield f"Locust counted {counted}, {engine.per_second:,.1f} a second; in ms {times}."


def _bounds(account: LoadAccount) -> Iterator[str]:
    if account.lost:
        lost, all_of = account.lost, account.processes
        yield f"{lost} of {all_of} workers were lost; what they did in their last seconds is not counted."
    if account.busy:
        yield "A process used nearly all of its core: the endpoint may be faster; --workers helps."
    if account.falls_short:
        reached = f"{account.exercises_a_second:,.1f} of {account.terms.rate:g} exercises a second"
        yield f"{reached} were reached: users waited for answers, more --users send more."
    yield from (_bound(bound) for bound in account.bounds if not bound.kept or bound.most)


def _bound(bound: Bound) -> str:
    word = "kept" if bound.kept else "broken"
    reached = "nothing was measured" if bound.reached is None else f"it was {bound.reached:.4g}"
    return f"{bound.name} {bound.most:g} was {word}: {reached}."


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _plain(value: Any) -> Any:
    return DecimalLiteral(f"{value:.3f}") if isinstance(value, float) else value
