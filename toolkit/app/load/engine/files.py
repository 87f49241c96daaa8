"""What Locust writes of a load: its CSV files while it goes on, its report in HTML at the end."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import gevent
from locust.env import Environment
from locust.html import get_html_report
from locust.stats import PERCENTILES_TO_REPORT, StatsCSVFileWriter, stats_history

from toolkit.core.errors import AjoError

PERCENTILES = (50, 95, 99)


class Records:
    """Files that begin with `csv_prefix`, if any, and the course of the load for the report."""

    def __init__(self, environment: Environment, csv_prefix: str) -> None:
        """Raises ``AjoError`` AJO309 where files can't be written."""
        self._environment, self._writer = environment, None
        if csv_prefix:
            try:
                self._writer = StatsCSVFileWriter(environment, PERCENTILES_TO_REPORT, csv_prefix)
            except OSError as error:
                reason = error.strerror or "error"
                raise AjoError("AJO309", f"{csv_prefix}_stats.csv can't be written: {reason}") from None
        self._prefix = csv_prefix
        self._greenlets: list[Any] = []

    def begin(self) -> None:
        """Write from here on."""
        if self._writer:
            self._greenlets.append(gevent.spawn(self._writer.stats_writer))
        self._greenlets.append(gevent.spawn(stats_history, self._environment.runner))

    def end(self) -> None:
        """Write the last numbers."""
        gevent.killall(self._greenlets)
        if not self._writer:
            return
        self._writer.close_files()
        self._writer.failures_csv_filehandle.close()
        for name, write in (
            ("stats", self._writer.requests_csv),
            ("failures", self._writer.failures_csv),
        ):
            with Path(f"{self._prefix}_{name}.csv").open("w", encoding="utf-8", newline="") as file:
                write(csv.writer(file))

    def html(self) -> str:
        """Return Locust's report."""
        return str(get_html_report(self._environment, show_download_link=False))


def engine_count(environment: Environment) -> dict[str, Any]:
    """Return what Locust counted, in plain values."""
    total = environment.stats.total
    times = [[rank, float(total.get_response_time_percentile(rank / 100) or 0)] for rank in PERCENTILES]
    return {
        "requests": total.num_requests,
        "failures": total.num_failures,
        "perSecond": float(total.total_rps),
        "percentiles": times,
    }
