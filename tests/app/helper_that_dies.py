"""A helper that answers one piece of work and is gone."""

from __future__ import annotations

import json
import sys


def main() -> None:
    sys.stdin.readline()
    sys.stdout.write(json.dumps(2 * json.loads(sys.stdin.readline())) + "\n")
    sys.stdout.flush()
    sys.exit(1)
