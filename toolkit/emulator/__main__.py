"""Run an emulator in the foreground: ``python -m toolkit.emulator [--port N] [--database FILE]``.

When it is ready, one line of JSON with its addresses and its admin token goes to standard output.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from toolkit.emulator.config import EmulatorConfig
from toolkit.emulator.server import EmulatorStartError, RunningEmulator, serve


def main() -> int:
    """Serve until stopped; 1 when the emulator can't start."""
    parser = argparse.ArgumentParser(
        prog="python -m toolkit.emulator", description="the platform on this machine"
    )
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 takes a free one")
    parser.add_argument("--database", type=Path, help="SQLite file; without it nothing is kept")
    arguments = parser.parse_args()
    try:
        serve(EmulatorConfig(port=arguments.port, database=arguments.database), _announce)
    except EmulatorStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _announce(running: RunningEmulator) -> None:
    sys.stdout.write(json.dumps(dataclasses.asdict(running)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
