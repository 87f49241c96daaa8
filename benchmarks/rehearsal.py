"""How long does it take to rehearse an hour at 5,000 calls a second?

The aim is below a minute for 18 million calls. Compiling happens once and is kept, so it is not counted.
"""

from __future__ import annotations

import os
import platform
import time

from toolkit.exercise.rehearsal.arrivals import parse_arrivals
from toolkit.exercise.rehearsal.endpoint import endpoint_of, parse_errors, parse_latency
from toolkit.exercise.rehearsal.lane import Flow, Lane, default_limit, throttling
from toolkit.exercise.rehearsal.simulate import rehearse

LATENCY = "p50=120ms p95=600ms"
ERRORS = "500=2%,404=0.2%,none=0.1%"
LIMITS = {"default cap": default_limit("a.example"), "throttling": throttling(5000)}


def main() -> None:
    """Rehearse the hour under both kinds of limit, and print what it took."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    endpoint = endpoint_of(parse_latency(LATENCY), parse_errors(ERRORS))
    for name, limit in LIMITS.items():
        rehearse(Lane(limit, (Flow("A", parse_arrivals("10/s for 1s")),)), endpoint)
        begun = time.perf_counter()
        outcome = rehearse(Lane(limit, (Flow("A", parse_arrivals("5000/s for 1h")),)), endpoint)
        taken = time.perf_counter() - begun
        calls = outcome.total.arrived
        print(f"  {name:<12} {calls:,} calls, {outcome.sent:,} sent: {taken:5.1f} s (aim: below 60 s)")


if __name__ == "__main__":
    main()
