"""Rates, durations, shares and counts as people write them."""

from __future__ import annotations

import re

from toolkit.core.errors import AjoError

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_NUMBER = r"(?P<number>[0-9]{1,12}(?:\.[0-9]{1,9})?)"
_DURATION = re.compile(_NUMBER + r"(?P<unit>ms|s|min|m|h|d)", re.ASCII)
_RATE = re.compile(_NUMBER + r"/(?P<unit>s|min|m|h)", re.ASCII)
_SHARE = re.compile(_NUMBER + r"%", re.ASCII)
_COUNT = re.compile(r"[0-9][0-9_,]{0,15}", re.ASCII)

LONGEST_S = 7 * 86400.0
"""Seven days: what a rehearsal may span."""


def parse_duration(text: str) -> float:
    """Return seconds, more than 0; raises :class:`AjoError` AJO720."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise AjoError("AJO720", f'"{text}" is not a duration', fix="Write it as 250ms, 1.5s, 10m or 1h.")
    seconds = float(found["number"]) * _UNITS[found["unit"]]
    if not 0 < seconds <= LONGEST_S:
        raise AjoError("AJO720", f'"{text}" is not more than nothing and at most seven days')
    return seconds


def parse_rate(text: str) -> float:
    """Return calls a second, 0 or more; raises :class:`AjoError` AJO720."""
    found = _RATE.fullmatch(text)
    if found is None:
        raise AjoError("AJO720", f'"{text}" is not a rate', fix="Write it as 500/s, 30000/m or 100000/h.")
    return float(found["number"]) / _UNITS[found["unit"]]


def parse_share(text: str) -> float:
    """Return a share between 0 and 1, written in percent; raises :class:`AjoError` AJO720."""
    found = _SHARE.fullmatch(text)
    if found is None or float(found["number"]) > 100:
        raise AjoError("AJO720", f'"{text}" is not a share', fix="Write it as 2% or 0.5%.")
    return float(found["number"]) / 100


def parse_count(text: str) -> int:
    """Return a count of at least 1; raises :class:`AjoError` AJO720."""
    digits = text.replace(",", "").replace("_", "")
    if not _COUNT.fullmatch(text) or int(digits) < 1:
        raise AjoError("AJO720", f'"{text}" is not a count', fix="Write it as 200000.")
    return int(digits)
