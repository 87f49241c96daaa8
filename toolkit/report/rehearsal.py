"""What a rehearsal says, for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from toolkit.exercise.rehearsal.outcome import WORDS, Counts, LaneOutcome, Times, in_percent, row_of
from toolkit.exercise.rehearsal.recommend import Advice
from toolkit.report.shown import safe
from toolkit.report.text import paint

_BARS = " ▁▂▃▄▅▆▇█"
_GOOD = ("succeeded", "succeeded after a retry")


def lane_text(outcome: LaneOutcome, advice: Advice, *, colour: bool = False) -> str:
    """Show one lane: its limit, its actions, what became of the calls, over time, and the advice."""
    return "\n".join([*_head(outcome), *_flows(outcome, colour=colour), *_figures(outcome), *_advice(advice)])


def _head(outcome: LaneOutcome) -> Iterator[str]:
    limit = outcome.limit
    named = f" ({safe(limit.name)}: {safe(limit.pattern)})" if limit.name else f" ({safe(limit.pattern)})"
    connections = f", at most {limit.connections} connections" if limit.connections else ""
    yield f"Under {limit}{connections}{named}"


def _flows(outcome: LaneOutcome, *, colour: bool) -> Iterator[str]:
    for action, counts in outcome.flows.items():
        yield f"  {safe(action)}: {counts.arrived:,} calls, {in_percent(counts.good)} succeed"
        for word, number in zip(WORDS, row_of(counts), strict=True):
            if number:
                text = f"{word:<24}{number:>14,}  {in_percent(number / counts.arrived):>7}"
                yield "    " + (text if word in _GOOD else paint(text, "red", colour=colour))


def _figures(outcome: LaneOutcome) -> Iterator[str]:
    yield f"  sent to the endpoint      {outcome.sent:>12,}"
    if outcome.response.count:
        yield f"  answers took              {_times(outcome.response)}"
    if outcome.longest_queue:
        yield f"  longest queue             {outcome.longest_queue:>12,}"
        yield f"  waits in the queue        {_times(outcome.in_queue)}"
    if outcome.slow_s:
        yield f"  in the slow lane for      {duration(outcome.slow_s)}"
    yield f"  the last call ends after  {duration(outcome.done_s)}"
    arrived = [span.counts.arrived for span in outcome.spans]
    lost = [span.counts.lost for span in outcome.spans]
    if any(arrived):
        yield f"  calls over time  {sparkline(arrived)}"
        yield f"  lost             {sparkline(lost, most=max(arrived))}"


def _advice(advice: Advice) -> Iterator[str]:
    if advice.considered:
        yield "  Considered:"
    for each in advice.considered:
        total = each.outcome.total
        wait = each.outcome.in_queue.most
        waits = f", longest wait {duration(wait)}" if wait is not None and each.outcome.longest_queue else ""
        yield f"    {each.limit}: {in_percent(total.good)} succeed, {total.timed_out:,} time out{waits}"
    if advice.best:
        yield f"  Recommended: {advice.best.limit}. {advice.reason}"
    else:
        yield f"  {advice.reason}"


def lane_data(outcome: LaneOutcome, advice: Advice) -> dict[str, Any]:
    """Return one lane as JSON values; times in seconds."""
    return {
        **_outcome_data(outcome),
        "actions": {action: _counts(counts) for action, counts in outcome.flows.items()},
        "overTime": [
            {"begin": span.begin_s, "calls": _counts(span.counts), "sent": span.sent, "queue": span.queue}
            for span in outcome.spans
        ],
        "considered": [_outcome_data(each.outcome) for each in advice.considered],
        "recommended": _limit(advice.best.outcome) if advice.best else None,
        "reason": advice.reason,
    }


def _outcome_data(outcome: LaneOutcome) -> dict[str, Any]:
    return {
        "limit": _limit(outcome),
        "total": _counts(outcome.total),
        "sent": outcome.sent,
        "response": _times_data(outcome.response),
        "inQueue": _times_data(outcome.in_queue),
        "longestQueue": outcome.longest_queue,
        "slowLane": outcome.slow_s,
        "done": outcome.done_s,
    }


def _limit(outcome: LaneOutcome) -> dict[str, Any]:
    limit = outcome.limit
    return {
        "kind": limit.kind,
        "name": limit.name,
        "pattern": limit.pattern,
        "calls": limit.rate.calls,
        "periodInMs": limit.rate.period_ms,
        "connections": limit.connections,
    }


def _counts(counts: Counts) -> dict[str, int]:
    names = ("succeeded", "retried", "capped", "timedOut", "refused", "failed", "expired")
    return {"arrived": counts.arrived, **dict(zip(names, row_of(counts), strict=True))}


def _times_data(times: Times) -> dict[str, float | int | None]:
    return {"count": times.count, "p50": times.p50, "p95": times.p95, "p99": times.p99, "most": times.most}


def _times(times: Times) -> str:
    named = (("p50", times.p50), ("p95", times.p95), ("p99", times.p99), ("at most", times.most))
    return ", ".join(f"{name} {duration(seconds)}" for name, seconds in named if seconds is not None)


def sparkline(numbers: Sequence[float], *, most: float | None = None) -> str:
    """Return numbers as a row of bars, the highest of which stands for `most` (default: the largest)."""
    top = max(numbers) if most is None else most
    if not top:
        return _BARS[0] * len(numbers)
    steps = len(_BARS) - 1
    return "".join(_BARS[min(steps, -int(-number * steps // top))] for number in numbers)


def duration(seconds: float) -> str:
    """Return a time with a fitting unit: ``120 ms``, ``1.5 s``, ``12 min``, ``2.5 h``."""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.3g} min" if seconds < 7200 else f"{seconds / 3600:.3g} h"
