"""What a person says of arrivals and endpoint, and files with what was measured."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

from toolkit.app.rehearse import Wishes
from toolkit.core.errors import AjoError
from toolkit.exercise.rehearsal.arrivals import MOST, Arrivals, parse_arrivals, recorded_arrivals
from toolkit.exercise.rehearsal.endpoint import (
    Endpoint,
    endpoint_of,
    measured_endpoint,
    parse_errors,
    parse_latency,
)
from toolkit.exercise.rehearsal.quantities import parse_duration, parse_rate
from toolkit.model.guardrails import TIMEOUT_LEAST, TIMEOUT_MOST
from toolkit.workspace.read import read_named

MAX_BYTES = 1 << 30
"""The largest file of arrivals or answers that is read."""


def wishes_of(directory: Path, options: Mapping[str, Any]) -> Wishes:
    """Read the options of ``ajo rehearse``.

    Raises :class:`AjoError` AJO720, AJO107, and AJO004 or AJO009 for files.
    """
    timeout = parse_duration(options["timeout"])
    if not TIMEOUT_LEAST.value <= timeout <= TIMEOUT_MOST.value:
        raise AjoError("AJO107", "the timeout is not between 1 and 30 seconds")
    wait = 0.0 if options["retry_wait"] in {"0", "0s", "0ms"} else parse_duration(options["retry_wait"])
    arrivals = _arrivals(directory, options)
    return Wishes(arrivals, _endpoint(directory, options), timeout, wait, options["seed"])


def _arrivals(directory: Path, options: Mapping[str, Any]) -> Arrivals:
    text, file = options["arrivals"], options["arrivals_file"]
    if (text is None) == (file is None):
        raise AjoError("AJO720", "say either --arrivals or --arrivals-file")
    if text is not None:
        return parse_arrivals(text, even=options["even"], most=options["profiles"])
    if options["even"]:
        raise AjoError("AJO720", "recorded calls come when they came: --even belongs to --arrivals")
    return recorded_arrivals(list(_recorded(directory / file)), most=options["profiles"])


def _endpoint(directory: Path, options: Mapping[str, Any]) -> Endpoint:
    latency, file = options["latency"], options["measured"]
    if (latency is None) == (file is None):
        raise AjoError("AJO720", "say either --latency or --measured")
    if file is not None:
        if options["errors"]:
            raise AjoError("AJO720", "the errors are in the file: --errors belongs to --latency")
        endpoint = measured_endpoint(list(_answers(directory / file)))
    else:
        endpoint = endpoint_of(parse_latency(latency), parse_errors(options["errors"]))
    if options["capacity"] is None:
        return endpoint
    capacity = parse_rate(options["capacity"])
    if capacity <= 0:
        raise AjoError("AJO720", "--capacity is nothing")
    return with_capacity(endpoint, capacity)


def with_capacity(endpoint: Endpoint, capacity: float) -> Endpoint:
    """Return the endpoint with so many workers that it takes `capacity` calls a second for long."""
    workers = max(1, round(capacity * endpoint.latency.mean))
    return Endpoint(endpoint.latency, endpoint.refused, endpoint.failing, endpoint.silent, workers)


def _recorded(file: Path) -> Iterator[float]:
    """Yield the times of a CSV file, in seconds since any point."""
    text = _text(file)
    rows = csv.DictReader(text.splitlines())
    names = rows.fieldnames or []
    column = "at" if "at" in names else next(iter(names), None)
    if column is None:
        raise AjoError("AJO720", f"{file} has no column")
    for number, row in enumerate(rows, start=2):
        if number > MOST:
            raise AjoError("AJO720", f"{file} has more than {MOST:,} rows")
        yield _time(file, number, row[column] or "")


def _time(file: Path, line: int, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        try:
            return datetime.fromisoformat(text).timestamp()
        except ValueError:
            seconds = float("nan")
    if not isfinite(seconds):
        fix = "Write seconds, or a time as 2026-01-31T12:00:00Z."
        raise AjoError("AJO720", f"{file}:{line}: there is no time in the column", fix=fix)
    return seconds


def _answers(file: Path) -> Iterator[tuple[int | None, float]]:
    """Yield status and seconds of each call in what ``ajo exercise --repeat --json`` printed.

    Of an exercise with retries only the last status is known; those before were such as are tried again.
    """
    try:
        for call in json.loads(_text(file))["calls"]:
            times = [max(0.0, float(time)) / 1000 for time in call["answersMs"]]
            code = call["joStatusCode"]
            answered = code.startswith("http_")
            yield from ((TRIED_AGAIN, seconds) for seconds in (times[:-1] if answered else times))
            if answered and times:
                yield int(code.removeprefix("http_")), times[-1]
            elif code == "timedout":
                yield None, 0.0
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise AjoError("AJO720", f"{file} is not what `ajo exercise --repeat --json` prints") from None


TRIED_AGAIN = 503
"""Stands for a status that was tried again."""


def _text(file: Path) -> str:
    try:
        return read_named(file, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AjoError("AJO720", "it is not UTF-8 text", place=str(file)) from None
