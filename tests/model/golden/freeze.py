"""Freeze what new golden definitions mean.

Run it as ``python tests/model/golden/freeze.py`` after adding one. It writes what is missing and never
touches what is there: a frozen meaning does not change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

GOLDEN = Path(__file__).parent


def freeze(version: Path) -> None:
    """Write canonical text and comparable document of every definition of `version` that lacks them."""
    from toolkit.core.canonical import digest, dump_json, parse_json
    from toolkit.model.document import comparable, to_document
    from toolkit.model.kinds import parse_definition
    from toolkit.workspace.write import canonical_text

    digests = version / "digests.json"
    known = json.loads(digests.read_text(encoding="utf-8")) if digests.exists() else {}
    for file in sorted((version / "definitions").glob("*.json")):
        parsed = parse_definition(parse_json(file.read_text(encoding="utf-8")))
        assert parsed.definition is not None, (file, parsed.problems)
        texts = {
            "canonical": canonical_text(to_document(parsed.definition)),
            "comparable": dump_json(comparable(parsed.definition)) + "\n",
        }
        for folder, text in texts.items():
            path = version / folder / file.name
            if not path.exists():
                path.write_text(text, encoding="utf-8")
        known.setdefault(file.stem, digest(comparable(parsed.definition)))
    digests.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(GOLDEN.parents[2]))
    for folder in sorted(GOLDEN.glob("v*")):
        freeze(folder)
