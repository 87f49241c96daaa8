"""Many exercises of one action: a table of outcomes, latencies, and the platform's limits beside them."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.exercise.outcomes import PERCENTILES, Account, percentile
from toolkit.model.guardrails import MILLISECONDS_A_SECOND, SLOW_FROM_MS, SLOW_LANE, Rate
from toolkit.report.listing import Row, table
from toolkit.report.markdown import code


def account_text(account: Account) -> str:
    """Show an account as plain text."""
    return "\n".join([_head(account), "", table(_rows(account)), "", *_latency(account), *_limits(account)])


def account_markdown(account: Account) -> str:
    """Show an account as Markdown."""
    rows = _rows(account)
    lines = [f"### {_head(account)}", "", f"| {' | '.join(rows[0])} |", "| --- " * len(rows[0]) + "|"]
    lines += [f"| {code(row['outcome'])} | {' | '.join([*row.values()][1:])} |" for row in rows]
    return "\n".join([*lines, "", *(f"- {line}" for line in (*_latency(account), *_limits(account)))]) + "\n"


def _head(account: Account) -> str:
    return f"{account.action}: {len(account.outcomes):,} exercises in {account.elapsed_s:.1f} s"


def _rows(account: Account) -> list[Row]:
    return [
        {
            "outcome": tally.jo_status_code,
            "count": f"{tally.count:,}",
            "share": f"{tally.count / len(account.outcomes):.1%}",
            "first row": str(tally.first_row),
            "retries": f"{tally.retries:,}",
            "deviating": f"{tally.deviations:,}",
        }
        for tally in account.tallies
    ]


def _latency(account: Account) -> Iterator[str]:
    times = account.answers_ms
    if not times or account.average_ms is None:
        yield "There was no answer to measure."
        return
    shown = ", ".join(
        f"{'longest' if rank == 100 else f'{rank} %'} {percentile(times, rank):.1f}" for rank in PERCENTILES
    )
    yield f"Answers in ms: {shown}; average {account.average_ms:.1f}"
    yield slow_lane_line(account.average_ms)


def _limits(account: Account) -> Iterator[str]:
    yield timeout_line(account.longest_ms, account.timeout_s)
    yield cap_line(account.calls_a_second, account.share_of_cap, account.cap)


def slow_lane_line(average_ms: float) -> str:
    """Compare the average time of an answer with the one from which an endpoint is slow."""
    border = f"{SLOW_FROM_MS.value / MILLISECONDS_A_SECOND:g} s"
    if average_ms > SLOW_FROM_MS.value:
        return f"The average is above {border}: these calls go through the slow lane, {SLOW_LANE}."
    return f"The average is {average_ms / SLOW_FROM_MS.value:.1%} of {border}, where the slow lane begins."


def timeout_line(longest_ms: float, timeout_s: float) -> str:
    """Compare the longest exercise with the timeout."""
    share = longest_ms / (timeout_s * MILLISECONDS_A_SECOND)
    return f"The longest exercise took {share:.1%} of the timeout of {timeout_s:g} s."


def cap_line(calls_a_second: float, share_of_cap: float, cap: Rate) -> str:
    """Compare the rate that was reached with the cap."""
    rate = f"{calls_a_second:,.1f} calls a second, retries included"
    return f"These were {rate}: {share_of_cap:.1%} of the cap, {cap}."
