"""How long does `ajo test` take for 1,000 cases, the process from its start to its end?

Each of 200 actions has five cases, no two alike, with request, answer and view. By one process and by two, in
turn.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from toolkit.core.canonical import dump_json

LIMIT_S = 3.0
"""Seconds in which 1,000 cases are promised to be checked."""

SETTINGS = """\
default-target = "dev"

[targets.dev]
kind = "ajo"
sandbox = "dev"
values = { host = "partner.example.com" }
"""


def main() -> int:
    """Measure, print, and tell whether the limit holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=200, help="with five cases each")
    parser.add_argument("--rounds", type=int, default=5, help="how often each way takes its turn")
    parser.add_argument("--floor", action="store_true", help=f"exit with 1 above {LIMIT_S:.0f} s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, options.actions)
        taken: dict[str, list[float]] = {"1": [], "2": [], "": []}
        for _ in range(options.rounds):
            for jobs, times in taken.items():
                times.append(checked(root, jobs))
    count = options.actions * 5
    for jobs, times in taken.items():
        way = f"--jobs {jobs}" if jobs else "as it chooses"
        print(f"{count:,} cases, {way}: {statistics.median(times):.2f} s (best {min(times):.2f})")
    slow = statistics.median(taken[""]) > LIMIT_S * count / 1000
    return 1 if options.floor and slow else 0


def checked(root: Path, jobs: str) -> float:
    """Return the seconds of one run."""
    script = Path(sys.executable).with_name("ajo")
    command = [str(script), "-C", str(root), "test", *(["--jobs", jobs] if jobs else [])]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or "all hold" not in done.stdout:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - began


def write(root: Path, actions: int) -> None:
    """Write a workspace of actions with five cases each."""
    (root / "ajo.toml").write_text(SETTINGS)
    for number in range(actions):
        folder = root / f"actions/team{number % 20}"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"Welcome{number}"
        (folder / f"{name}.json").write_text(dump_json(definition(name, number)) + "\n")
        (folder / f"{name}.cases.json").write_text(dump_json(cases(name, number)) + "\n")


def definition(name: str, number: int) -> dict[str, Any]:
    """Return an action with an optional value, a list and a response."""
    return {
        "$schema": "../../schemas/v1/custom-action.schema.json",
        "formatVersion": 1,
        "kind": "CustomAction",
        "name": name,
        "endpoint": {"method": "POST", "url": f"https://${{host}}/v1/{number}"},
        "authentication": {
            "type": "apiKey",
            "name": "X-Api-Key",
            "value": "${secret:partner/key}",
            "location": "header",
        },
        "request": {
            "template": f"welcome-{number}",
            "recipient": {
                "id": {"$variable": "Id"},
                "joined": {"$variable": "Joined", "$type": "dateOnly", "$optional": True},
            },
            "products": {
                "$variable": "Products",
                "$optional": True,
                "$items": {"price": {"$variable": "Price", "$type": "decimal"}},
            },
        },
        "response": {"messageId": "string", "points": "integer"},
    }


def cases(name: str, number: int) -> dict[str, Any]:
    """Return five cases that hold."""
    return {
        "$schema": "../../schemas/v1/cases.schema.json",
        "formatVersion": 1,
        "kind": "Cases",
        "name": name,
        "cases": [case(name, number, turn) for turn in range(5)],
    }


def case(name: str, number: int, turn: int) -> dict[str, Any]:
    """Return a case with its request, answer and view."""
    identity, products = f"{number}-{turn}", [{"price": price} for price in range(turn)]
    return {
        "name": f"member {turn}",
        "values": {"recipient.id": identity, "products": products},
        "request": {
            "method": "POST",
            "url": f"https://${{host}}/v1/{number}",
            "headers": {
                "Content-Type": "application/json",
                "Charset": "UTF-8",
                "X-Api-Key": "${secret:partner/key}",
            },
            "body": {"template": f"welcome-{number}", "recipient": {"id": identity}, "products": products},
        },
        "response": {"status": 200, "body": {"messageId": identity, "points": turn}},
        "journey": {
            "joStatusCode": "http_200",
            "view": {f"@action{{{name}.messageId}}": identity, f"@action{{{name}.points}}": turn},
        },
    }


if __name__ == "__main__":
    sys.exit(main())
