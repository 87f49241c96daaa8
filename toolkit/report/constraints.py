"""The page of documented constraints: who finds a definition that breaks one, and an example of it."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.canonical import dump_json
from toolkit.core.codes import CODES
from toolkit.report.markdown import code
from toolkit.rules import Rule, rule
from toolkit.rules.constraints import CONSTRAINTS, Constraint, Filled
from toolkit.rules.examples import REMOVED, Example

_HEAD = """# What the platform documents, and who finds it

Whatever the platform would refuse, or run differently from what the author meant, is to be a finding. This
page holds every constraint that the public documentation names: in our words, the page, the codes that find
it offline (`ajo explain CODE` says more), and an example that the tests break it with. What no file can tell
stands here too, with who finds it. Codes below AJO200 are of the definition format.

Where pages contradict each other, an error follows the looser one and a warning the stricter one.
"""
_LONGEST = 110


def constraints_page() -> str:
    """Return ``docs/constraints.md``, which ``make docs`` writes."""
    lines = [_HEAD]
    for subject, constraints in CONSTRAINTS.items():
        lines += [
            f"## {subject}",
            "",
            "| constraint | found by | for example | page |",
            "| --- | --- | --- | --- |",
        ]
        lines += map(_row, constraints)
        lines.append("")
    every = [each for constraints in CONSTRAINTS.values() for each in constraints]
    offline = sum(bool(each.ids) for each in every)
    lines.append(f"{len(every)} constraints, {offline} of them found offline.")
    return "\n".join(lines) + "\n"


def _row(constraint: Constraint) -> str:
    found = ". ".join(filter(None, [", ".join(constraint.ids), _cell(constraint.elsewhere)]))
    name = constraint.page.rsplit("/", 1)[-1]
    example = next(iter(_shown(constraint)), "")
    return f"| {_cell(constraint.says)} | {found} | {example} | [{name}]({constraint.page}) |"


def _cell(text: str) -> str:
    """Return a sentence of ours, which may hold Markdown but no border of a cell."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def _shown(constraint: Constraint) -> Iterator[str]:
    """Yield the changes of examples that fit into a cell."""
    own = (rule(each) for each in constraint.ids if each not in CODES)
    wrong = (each.wrong for each in own if isinstance(each, Rule))
    for example in (*constraint.shown, *wrong):
        text = _text(example)
        if len(text) <= _LONGEST:
            yield code(text)


def _text(example: Example | Filled) -> str:
    if isinstance(example, Filled):
        values = ", ".join(f"{name} = {value}" for name, value in example.values.items())
        return f"{_text(example.example)} with {values}"
    return ", ".join(_change(*change) for change in example.changes.items())


def _change(pointer: str, value: object) -> str:
    return f"no {pointer}" if value is REMOVED else f"{pointer}: {dump_json(value, indent=None)}"
