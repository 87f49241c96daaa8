"""``ajo rehearse``: what would become of many calls."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from toolkit.cli.console import json_option, progress, target_option, uses_colour, workspace_of

STEPS = 100


@click.command(
    "rehearse",
    epilog="Example: ajo rehearse SlackPostMessage --arrivals '500/s for 1h' --latency 'mean=200ms'",
)
@click.argument("actions", nargs=-1, required=True, metavar="ACTION...")
@click.option(
    "--arrivals",
    metavar="TEXT",
    help="When calls come: '500/s for 1h', '0/s to 5000/s over 10m', '200000 at once'; with commas: in turn.",
)
@click.option(
    "--arrivals-file",
    type=click.Path(dir_okay=False),
    metavar="CSV",
    help="When calls came: a column `at` of seconds or times as 2026-01-31T12:00:00Z.",
)
@click.option("--profiles", type=click.IntRange(1), help="How many profiles there are; then nobody comes.")
@click.option("--even", is_flag=True, help="Calls at equal distances; otherwise by chance, as people come.")
@click.option(
    "--latency",
    metavar="TEXT",
    help="How long the endpoint works: 200ms, 'mean=200ms' (exponential), 'p50=120ms p95=900ms' (lognormal).",
)
@click.option("--errors", default="", metavar="TEXT", help="Shares by status: 500=2%,404=0.1%,none=0.5%.")
@click.option(
    "--measured",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Take both from what `ajo exercise --repeat --json` printed.",
)
@click.option("--capacity", metavar="RATE", help="Calls that the endpoint can take for long, such as 450/s.")
@click.option("--timeout", default="30s", show_default=True, help="The activity's timeout, 1s to 30s.")
@click.option("--retry-wait", default="0ms", show_default=True, help="What lies between retries (assumed).")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Chooses the chances.")
@click.option("--write", metavar="NAME", help="Write the recommended limit as a definition of this name.")
@click.option("--folder", help="The partner's folder for --write; default: named after the host.")
@target_option
@json_option
@click.pass_obj
def command(directory: str, /, **options: Any) -> int:
    """Say what would become of many calls of ACTIONs by the platform's rules; sends nothing.

    A simulation of each single call: cap or throttling first, then connections, the endpoint, timeout and
    retries. All ACTIONs are called at the same time with the same arrivals; those that share a limit share
    it here. Says how many succeed, are capped, time out or wait, and recommends a limit.
    """
    from toolkit.app.rehearse import definition_of, rehearse_actions
    from toolkit.app.rehearse_inputs import wishes_of
    from toolkit.report import data, rehearsal

    workspace = workspace_of(directory)
    wishes = wishes_of(Path(directory), options)
    with progress("Rehearsing", STEPS) as advance:
        rehearsed = rehearse_actions(
            workspace, options["target"], options["actions"], wishes, _by_steps(advance)
        )
    if options["as_json"]:
        lanes = [rehearsal.lane_data(each.outcome, each.advice) for each in rehearsed]
        click.echo(data.to_json({"seed": wishes.seed, "lanes": lanes}))
    else:
        colour = uses_colour(sys.stdout)
        texts = [rehearsal.lane_text(each.outcome, each.advice, colour=colour) for each in rehearsed]
        click.echo("\n\n".join(texts))
    if options["write"]:
        from toolkit.app.new.place import put

        made = definition_of(workspace, rehearsed, options["write"], options["folder"])
        put(workspace, made, force=False)
        click.echo(f"wrote {made.file}", err=options["as_json"])
    return 0


def _by_steps(advance: Any) -> Any:
    done = 0

    def hear(share: float) -> None:
        nonlocal done
        while done < share * STEPS:
            advance()
            done += 1

    return hear
