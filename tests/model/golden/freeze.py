"""Freeze what new golden definitions mean.

Run it as ``python tests/model/golden/freeze.py`` after adding one. It writes what is missing and never
touches what is there: a frozen meaning does not change. Where a definition says what no frozen schema knows,
a field was added: the schemas of today are frozen beside those before, as ``schemas/2/`` and so on.
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
    freeze_schemas(version)
    freeze_cases(version / "cases")


def freeze_cases(folder: Path) -> None:
    """Write what is missing of golden files of cases: canonical text, how they are judged, their schema."""
    from tests.model.golden_cases import golden_action, judged
    from toolkit.core.canonical import dump_json, parse_json
    from toolkit.model.cases import cases_document, parse_cases
    from toolkit.model.schema import schema_of

    action = golden_action(folder)
    for file in sorted((folder / "files").iterdir()):
        cases = parse_cases(parse_json(file.read_text(encoding="utf-8"))).cases
        assert cases is not None, file
        texts = {
            "canonical": dump_json(cases_document(cases)) + "\n",
            "judged": dump_json(judged(action, cases)) + "\n",
            "schemas": dump_json(schema_of("Cases")) + "\n",
        }
        for name, text in texts.items():
            path = folder / name / ("cases.schema.json" if name == "schemas" else file.name)
            if not path.exists():
                path.write_text(text, encoding="utf-8")


def freeze_schemas(version: Path) -> None:
    """Write the schemas of today as a further stage unless all golden definitions fit the newest one."""
    from jsonschema import Draft202012Validator

    from toolkit.core.canonical import dump_json
    from toolkit.model.envelope import schema_file_name
    from toolkit.model.kinds import KINDS
    from toolkit.model.schema import schema_of

    stages = stages_of(version)
    documents = [json.loads(file.read_text("utf-8")) for file in (version / "definitions").glob("*.json")]
    newest = {
        kind: Draft202012Validator(json.loads((stages[-1] / schema_file_name(kind)).read_text("utf-8")))
        for kind in KINDS
    }
    if all(newest[document["kind"]].is_valid(document) for document in documents):
        return
    stage = version / "schemas" / str(len(stages) + 1)
    stage.mkdir()
    for kind in KINDS:
        (stage / schema_file_name(kind)).write_text(dump_json(schema_of(kind)) + "\n", encoding="utf-8")


def stages_of(version: Path) -> list[Path]:
    """Return the folders of frozen schemas, oldest first: ``schemas``, then what was added since."""
    schemas = version / "schemas"
    return [
        schemas,
        *sorted((path for path in schemas.iterdir() if path.is_dir()), key=lambda p: int(p.name)),
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(GOLDEN.parents[2]))
    for folder in sorted(GOLDEN.glob("v*")):
        freeze(folder)
