"""The event loop of a rehearsal: what becomes of each call, in the order of time. Compiled by numba.

Written for the compiler: flat arrays, no objects. A lane is what shares one limit; its calls arrive, wait for
a throttling's slot if there is one, count against the cap, wait for a connection and for a worker of the
endpoint, and end or are tried again. All times are seconds since the rehearsal began.

One module on purpose: what numba keeps on the disk is made anew when the file of a function changes, not when
one that it calls does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Compiled = TypeVar("Compiled", bound=Callable[..., Any])

SUCCEEDED, RETRIED, CAPPED, TIMED_OUT, REFUSED, FAILED, EXPIRED = range(7)
"""What becomes of a call. *Retried*: it succeeded after a retry; *expired*: it queued for too long."""

OUTCOMES = 7
ATTEMPTS, LONGEST_QUEUE = OUTCOMES, OUTCOMES + 1
"""Further columns of what is counted over time."""

COLUMNS = OUTCOMES + 2

CONSTANT, EXPONENTIAL, LOGNORMAL, MEASURED = range(4)
"""Kinds of distributions of response times."""

SHORTEST_S = 1e-5
BUCKETS_A_DECADE = 200
BUCKETS = 10 * BUCKETS_A_DECADE
"""The histogram of times: from 10 µs to over a day, neighbours 1.2 percent apart."""

RETRIES = 3
RESPONSE, IN_QUEUE = 0, 1

# Places in State.clock.
NEXT_SLOT, WINDOW_END, WINDOW_TOOK, WAITED, LONGEST_WAIT, LAST_END = range(6)
CLOCKS = 6
# Places in State.number.
PENDING, HEAD, QUEUED, CAP_AT, SLOW_AT, WINDOW_CALLS, IS_SLOW, SLOW_WINDOWS, CALLS = range(9)
NUMBERS = 9


class Rules(NamedTuple):
    """What holds for every call of a lane; a `throughput` or `step` of 0 is none."""

    cap_period: float
    slow_period: float
    slow_from: float
    throughput: float
    queued_for: float
    timeout: float
    retry_wait: float
    latency: int
    median: float
    spread: float
    succeeds: float
    refused: float
    failing: float
    step: float


class Retries(NamedTuple):
    """Calls that wait for their next try: a heap by time."""

    at: Floats
    begun: Floats
    arrived: Floats
    tried: Integers
    flow: Integers


class Queue(NamedTuple):
    """Calls that wait for a throttling's slot: a ring, in the order of their arrival."""

    arrived: Floats
    flow: Integers


class State(NamedTuple):
    """What a lane remembers between two blocks of arrivals. An empty array is no such limit."""

    clock: Floats
    number: Integers
    cap: Floats
    slow: Floats
    connections: Floats
    workers: Floats
    measured: Floats
    outcomes: Integers
    over_time: Integers
    times: Integers


def compiled(function: Compiled) -> Compiled:
    """Compile a function at its first call, and keep the result on the disk."""
    return cast(Compiled, numba.njit(cache=True, error_model="numpy")(function))


@compiled
def push(heap: Retries, size: int, at: float, begun: float, arrived: float, tried: int, flow: int) -> None:  # noqa: PLR0913, PLR0917  # no objects here
    """Add a call to the heap of `size` calls; there must be room."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if heap.at[parent] <= at:
            break
        _move(heap, parent, place)
        place = parent
    heap.at[place] = at
    heap.begun[place] = begun
    heap.arrived[place] = arrived
    heap.tried[place] = tried
    heap.flow[place] = flow


@compiled
def drop_first(heap: Retries, size: int) -> None:
    """Take the earliest call out of the heap of `size` calls."""
    last = size - 1
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and heap.at[child + 1] < heap.at[child]:
            child += 1
        if heap.at[last] <= heap.at[child]:
            break
        _move(heap, child, place)
        place = child
    _move(heap, last, place)


@compiled
def _move(heap: Retries, source: int, place: int) -> None:
    heap.at[place] = heap.at[source]
    heap.begun[place] = heap.begun[source]
    heap.arrived[place] = heap.arrived[source]
    heap.tried[place] = heap.tried[source]
    heap.flow[place] = heap.flow[source]


@compiled
def _occupy(free_at: Floats, until: float) -> None:
    """Let the server that is free first be busy until a time: a heap whose first is replaced."""
    place = 0
    while True:
        child = 2 * place + 1
        if child >= free_at.size:
            break
        if child + 1 < free_at.size and free_at[child + 1] < free_at[child]:
            child += 1
        if until <= free_at[child]:
            break
        free_at[place] = free_at[child]
        place = child
    free_at[place] = until


@compiled
def has_slot(rules: Rules, state: State, now: float) -> bool:
    """Take a slot of the sliding windows, if there is one in each that holds."""
    number = state.number
    if state.cap.size > 0 and now - state.cap[number[CAP_AT]] < rules.cap_period:
        return False
    if number[IS_SLOW] == 1 and now - state.slow[number[SLOW_AT]] < rules.slow_period:
        return False
    if state.cap.size > 0:
        state.cap[number[CAP_AT]] = now
        number[CAP_AT] = (number[CAP_AT] + 1) % state.cap.size
    if state.slow.size > 0:
        state.slow[number[SLOW_AT]] = now
        number[SLOW_AT] = (number[SLOW_AT] + 1) % state.slow.size
    return True


@compiled
def _choose_lane(rules: Rules, state: State, now: float) -> None:
    """At the end of each window of the slow lane, decide by its average whether the next one is slow."""
    if state.slow.size == 0 or now < state.clock[WINDOW_END]:
        return
    calls = state.number[WINDOW_CALLS]
    if calls > 0:
        state.number[IS_SLOW] = 1 if state.clock[WINDOW_TOOK] / calls > rules.slow_from else 0
    state.number[SLOW_WINDOWS] += state.number[IS_SLOW]
    state.clock[WINDOW_TOOK] = 0.0
    state.number[WINDOW_CALLS] = 0
    state.clock[WINDOW_END] = (math.floor(now / rules.slow_period) + 1.0) * rules.slow_period


@compiled
def _drawn(rules: Rules, state: State, rng: np.random.Generator) -> float:
    """Draw how long the endpoint works on a call."""
    if rules.latency == CONSTANT:
        return rules.median
    if rules.latency == EXPONENTIAL:
        return rules.median * rng.standard_exponential()
    if rules.latency == LOGNORMAL:
        return rules.median * math.exp(rules.spread * rng.standard_normal())
    return float(state.measured[int(rng.random() * state.measured.size)])


@compiled
def _served(
    rules: Rules, state: State, rng: np.random.Generator, now: float, deadline: float, answers: bool
) -> float:
    """Return when the endpoint would have answered; infinite where the call is given up before."""
    start = now
    if state.connections.size > 0:
        start = max(start, state.connections[0])
    if start >= deadline:
        return math.inf
    begun = start
    if state.workers.size > 0:
        begun = max(start, state.workers[0])
    state.clock[WAITED] += begun - now
    state.clock[LONGEST_WAIT] = max(state.clock[LONGEST_WAIT], begun - now)
    end = math.inf
    if begun < deadline:
        end = begun + _drawn(rules, state, rng) if answers else math.inf
        if state.workers.size > 0:
            _occupy(state.workers, end if answers else deadline)
    if state.connections.size > 0:
        _occupy(state.connections, min(end, deadline))
    return end


@compiled
def _bucket(seconds: float) -> int:
    if seconds <= SHORTEST_S:
        return 0
    return min(int(math.log10(seconds / SHORTEST_S) * BUCKETS_A_DECADE) + 1, BUCKETS - 1)


@compiled
def _column(rules: Rules, state: State, arrived: float) -> int:
    last: int = state.over_time.shape[0] - 1
    return min(int(arrived / rules.step), last)


@compiled
def _end(
    rules: Rules, state: State, flow: int, arrived: float, outcome: int, at: float
) -> None:  # no objects here
    state.outcomes[flow, outcome] += 1
    state.over_time[_column(rules, state, arrived), outcome] += 1
    state.clock[LAST_END] = max(state.clock[LAST_END], at)


@compiled
def attempt(  # noqa: PLR0913, PLR0917  # no objects here
    rules: Rules,
    state: State,
    heap: Retries,
    rng: np.random.Generator,
    now: float,
    arrived: float,
    begun: float,
    tried: int,
    flow: int,
) -> None:
    """Make one call, its first or a retry, and note how it ends or when it is tried again."""
    _choose_lane(rules, state, now)
    state.number[CALLS] += 1
    if not has_slot(rules, state, now):
        # A retry without a slot is not made: the answer before it stands, as in an exercise.
        _end(rules, state, flow, arrived, CAPPED if tried == 0 else FAILED, now)
        return
    state.over_time[_column(rules, state, now), ATTEMPTS] += 1
    deadline = begun + rules.timeout
    chance = rng.random()
    answers = chance < rules.succeeds + rules.refused + rules.failing
    end = _served(rules, state, rng, now, deadline, answers)
    state.clock[WINDOW_TOOK] += min(end, deadline) - now
    state.number[WINDOW_CALLS] += 1
    if end > deadline:
        _end(rules, state, flow, arrived, TIMED_OUT, deadline)
        return
    if chance < rules.succeeds:
        state.times[RESPONSE, _bucket(end - begun)] += 1
        _end(rules, state, flow, arrived, SUCCEEDED if tried == 0 else RETRIED, end)
    elif chance < rules.succeeds + rules.refused:
        _end(rules, state, flow, arrived, REFUSED, end)
    elif tried < RETRIES and end + rules.retry_wait < deadline:
        push(heap, state.number[PENDING], end + rules.retry_wait, begun, arrived, tried + 1, flow)
        state.number[PENDING] += 1
    else:
        _end(rules, state, flow, arrived, FAILED, end)


@compiled
def _take_slot(rules: Rules, state: State, now: float) -> None:
    if rules.throughput > 0:
        state.clock[NEXT_SLOT] = max(state.clock[NEXT_SLOT], now) + 1.0 / rules.throughput


@compiled
def _release(
    rules: Rules, state: State, heap: Retries, queue: Queue, rng: np.random.Generator, now: float
) -> None:  # no objects here
    """Let the first call of the queue go, or drop it if it waited too long."""
    head = state.number[HEAD]
    arrived, flow = queue.arrived[head], queue.flow[head]
    state.number[HEAD] = (head + 1) % queue.arrived.size
    state.number[QUEUED] -= 1
    if now - arrived > rules.queued_for:
        _end(rules, state, flow, arrived, EXPIRED, arrived + rules.queued_for)
        return
    state.times[IN_QUEUE, _bucket(now - arrived)] += 1
    _take_slot(rules, state, now)
    attempt(rules, state, heap, rng, now, arrived, now, 0, flow)


@compiled
def _release_at(state: State, queue: Queue) -> float:
    """Return when the first call of the queue may go: with a slot of the rate, and a connection."""
    if state.number[QUEUED] == 0:
        return math.inf
    at: float = max(queue.arrived[state.number[HEAD]], state.clock[NEXT_SLOT])
    return max(at, state.connections[0]) if state.connections.size > 0 else at


@compiled
def _retry(rules: Rules, state: State, heap: Retries, rng: np.random.Generator) -> None:
    at, begun, arrived = heap.at[0], heap.begun[0], heap.arrived[0]
    tried, flow = heap.tried[0], heap.flow[0]
    drop_first(heap, state.number[PENDING])
    state.number[PENDING] -= 1
    _take_slot(rules, state, at)
    attempt(rules, state, heap, rng, at, arrived, begun, tried, flow)


@compiled
def _line_up(rules: Rules, state: State, queue: Queue, at: float, flow: int) -> None:
    tail = (state.number[HEAD] + state.number[QUEUED]) % queue.arrived.size
    queue.arrived[tail], queue.flow[tail] = at, flow
    state.number[QUEUED] += 1
    column = _column(rules, state, at)
    state.over_time[column, LONGEST_QUEUE] = max(state.over_time[column, LONGEST_QUEUE], state.number[QUEUED])


@compiled
def run_block(  # noqa: PLR0913, PLR0917  # no objects here
    rules: Rules,
    state: State,
    heap: Retries,
    queue: Queue,
    rng: np.random.Generator,
    arrivals: Floats,
    flows: Integers,
    until: float,
) -> int:
    """Carry on with a block of arrivals, sorted by time, and with what else happens up to `until`.

    Returns how many arrivals it took: fewer than there are when heap or queue has no room left.
    """
    taken = 0
    while True:
        if state.number[PENDING] >= heap.at.size or state.number[QUEUED] >= queue.arrived.size:
            return taken
        arrival = arrivals[taken] if taken < arrivals.size else math.inf
        again = heap.at[0] if state.number[PENDING] > 0 else math.inf
        release = _release_at(state, queue)
        if min(arrival, again, release) > until or min(arrival, again, release) == math.inf:
            return taken
        if release <= again and release <= arrival:
            _release(rules, state, heap, queue, rng, release)
        elif again <= arrival:
            _retry(rules, state, heap, rng)
        else:
            if rules.throughput > 0:
                _line_up(rules, state, queue, arrival, flows[taken])
            else:
                attempt(rules, state, heap, rng, arrival, arrival, arrival, 0, flows[taken])
            taken += 1
