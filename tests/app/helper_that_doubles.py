"""A helper that doubles numbers, as the test itself does."""

from __future__ import annotations

from toolkit.app.crew import serve


def main() -> None:
    serve(lambda setup: lambda number: number * setup)
