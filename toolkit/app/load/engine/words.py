"""What master and workers tell each other beside what Locust does."""

from __future__ import annotations

HELLO, TERMS, READY, END, ENDED = "ajo-hello", "ajo-terms", "ajo-ready", "ajo-end", "ajo-ended"
"""A worker listens; it gets terms and its share; it is ready or says why not; it is to end; it has ended."""

TALLY = "ajo-tally"
"""What came since the last report, among what Locust's own workers report."""

MEETING_S = 60.0
"""Seconds for which one waits for the others."""
