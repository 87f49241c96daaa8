"""Rehearsing one lane: the event loop fed with arrivals block by block, and its arrays read into words."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from toolkit.exercise.rehearsal import kernel
from toolkit.exercise.rehearsal.arrivals import edges
from toolkit.exercise.rehearsal.endpoint import Endpoint, Latency
from toolkit.exercise.rehearsal.lane import (
    QUEUED_FOR_S,
    SLOW_CALLS,
    SLOW_FROM_S,
    SLOW_PERIOD_S,
    Lane,
)
from toolkit.exercise.rehearsal.outcome import Counts, LaneOutcome, Span, Times

SPANS = 60
_ROOM = 1 << 16
_SHAPES = {
    "constant": kernel.CONSTANT,
    "exponential": kernel.EXPONENTIAL,
    "lognormal": kernel.LOGNORMAL,
    "measured": kernel.MEASURED,
}


def rehearse(
    lane: Lane,
    endpoint: Endpoint,
    *,
    seed: int = 1,
    spans: int = SPANS,
    on_progress: Callable[[float], None] = lambda share: None,
) -> LaneOutcome:
    """Say what becomes of a lane's calls at an endpoint. The same seed gives the same answer.

    `on_progress` hears the share of the time that is done.
    """
    rng = np.random.default_rng(seed)
    cuts = edges([flow.arrivals for flow in lane.flows])
    span_s = cuts[-1] / spans
    rules, state = _rules(lane, endpoint, span_s), _state(lane, endpoint, spans)
    room = _Room()
    sources = [flow.arrivals.blocks(rng, cuts) for flow in lane.flows]
    for number, parts in enumerate(zip(*sources, strict=True), start=1):
        arrivals, flows = _merged(list(parts))
        room.run(rules, state, rng, (arrivals, flows), cuts[number])
        on_progress(number / (len(cuts) - 1))
    room.run(rules, state, rng, (np.empty(0), np.empty(0, dtype=np.int64)), math.inf)
    return _outcome(lane, state, span_s)


class _Room:
    """The heap of retries and the queue, which grow when they are full."""

    def __init__(self) -> None:
        self.heap, self.queue = _heap(_ROOM), _queue(_ROOM)

    def run(
        self,
        rules: kernel.Rules,
        state: kernel.State,
        rng: np.random.Generator,
        block: tuple[kernel.Floats, kernel.Integers],
        until: float,
    ) -> None:
        arrivals, flows = block
        while True:
            taken = kernel.run_block(rules, state, self.heap, self.queue, rng, arrivals, flows, until)
            arrivals, flows = arrivals[taken:], flows[taken:]
            if not self._grown(state):
                return

    def _grown(self, state: kernel.State) -> bool:
        grown = False
        if state.number[kernel.PENDING] >= self.heap.at.size:
            bigger = _heap(2 * self.heap.at.size)
            for old, new in zip(self.heap, bigger, strict=True):
                new[: old.size] = old
            self.heap, grown = bigger, True
        if state.number[kernel.QUEUED] >= self.queue.arrived.size:
            bigger_queue = _queue(2 * self.queue.arrived.size)
            for old, new in zip(self.queue, bigger_queue, strict=True):
                new[: old.size] = np.roll(old, -state.number[kernel.HEAD])
            state.number[kernel.HEAD] = 0
            self.queue, grown = bigger_queue, True
        return grown


def _heap(size: int) -> kernel.Retries:
    tried, flow = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    return kernel.Retries(np.zeros(size), np.zeros(size), np.zeros(size), tried, flow)


def _queue(size: int) -> kernel.Queue:
    return kernel.Queue(np.zeros(size), np.zeros(size, dtype=np.int64))


def _merged(parts: list[kernel.Floats]) -> tuple[kernel.Floats, kernel.Integers]:
    flows = np.repeat(np.arange(len(parts), dtype=np.int64), [part.size for part in parts])
    arrivals = np.ascontiguousarray(np.concatenate(parts))
    if len(parts) > 1:
        order = np.argsort(arrivals, kind="stable")
        arrivals, flows = arrivals[order], flows[order]
    return arrivals, flows


def _rules(lane: Lane, endpoint: Endpoint, span_s: float) -> kernel.Rules:
    limit = lane.limit
    return kernel.Rules(
        cap_period=limit.rate.period_ms / 1000,
        slow_period=SLOW_PERIOD_S,
        slow_from=SLOW_FROM_S,
        throughput=limit.per_second if limit.kind == "throttling" else 0.0,
        queued_for=QUEUED_FOR_S,
        timeout=float(lane.timeout_s),
        retry_wait=float(lane.retry_wait_s),
        latency=_SHAPES[endpoint.latency.shape],
        median=float(endpoint.latency.middle),
        spread=float(endpoint.latency.spread),
        succeeds=float(endpoint.succeeds),
        refused=float(endpoint.refused),
        failing=float(endpoint.failing),
        step=float(span_s),
    )


def _state(lane: Lane, endpoint: Endpoint, spans: int) -> kernel.State:
    throttled = lane.limit.kind == "throttling"
    return kernel.State(
        clock=np.zeros(kernel.CLOCKS),
        number=np.zeros(kernel.NUMBERS, dtype=np.int64),
        cap=np.full(0 if throttled else lane.limit.rate.calls, -np.inf),
        slow=np.full(0 if throttled else SLOW_CALLS, -np.inf),
        connections=np.zeros(lane.limit.connections or 0),
        workers=np.zeros(endpoint.workers or 0),
        measured=_samples(endpoint.latency),
        outcomes=np.zeros((len(lane.flows), kernel.OUTCOMES), dtype=np.int64),
        over_time=np.zeros((spans, kernel.COLUMNS), dtype=np.int64),
        times=np.zeros((2, kernel.BUCKETS), dtype=np.int64),
    )


def _samples(latency: Latency) -> kernel.Floats:
    return np.array(latency.measured or (latency.middle,), dtype=np.float64)


def _outcome(lane: Lane, state: kernel.State, span_s: float) -> LaneOutcome:
    calls = int(state.number[kernel.CALLS])
    sent = int(state.over_time[:, kernel.ATTEMPTS].sum())
    return LaneOutcome(
        limit=lane.limit,
        flows={
            flow.action: Counts(*map(int, row)) for flow, row in zip(lane.flows, state.outcomes, strict=True)
        },
        spans=tuple(_span(number * span_s, row) for number, row in enumerate(state.over_time)),
        response=_times(state.times[kernel.RESPONSE], lane.timeout_s),
        in_queue=_times(state.times[kernel.IN_QUEUE]),
        sent=sent,
        waited_s=float(state.clock[kernel.WAITED]) / calls if calls else 0.0,
        slow_s=float(state.number[kernel.SLOW_WINDOWS]) * SLOW_PERIOD_S,
        done_s=float(state.clock[kernel.LAST_END]),
    )


def _span(begin_s: float, row: kernel.Integers) -> Span:
    counts = Counts(*map(int, row[: kernel.OUTCOMES]))
    return Span(begin_s, counts, int(row[kernel.ATTEMPTS]), int(row[kernel.LONGEST_QUEUE]))


def _times(histogram: kernel.Integers, bound: float = math.inf) -> Times:
    count = int(histogram.sum())
    if not count:
        return Times(0, None, None, None, None)
    reached = np.cumsum(histogram)
    places = [int(np.searchsorted(reached, share * count)) for share in (0.5, 0.95, 0.99)]
    places.append(int(np.flatnonzero(histogram)[-1]))
    return Times(count, *(min(_seconds(place), bound) for place in places))


def _seconds(bucket: int) -> float:
    """Return the upper edge of a bucket."""
    return 0.0 if bucket == 0 else kernel.SHORTEST_S * 10 ** (bucket / kernel.BUCKETS_A_DECADE)
