"""What codes and rules mean: the list of rules, and one code with examples."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from toolkit.core.pointer import Path, format_pointer
from toolkit.report.listing import table
from toolkit.report.shown import KIND_TITLES, safe
from toolkit.report.snippet import indented, snippet
from toolkit.report.text import paint
from toolkit.rules import AnyRule
from toolkit.rules.meanings import Meaning
from toolkit.rules.showing import Showing, right_of, wrong_of

WIDTH = 100
_URLS: tuple[Path, ...] = (("endpoint", "url"), ("url",), ("urlPattern",))
"""What tells definitions apart where nothing else does."""


def rules_text(rules: Iterable[AnyRule]) -> str:
    """List rules in aligned columns."""
    return table(
        [
            {
                "code": rule.id,
                "severity": rule.severity.value,
                "kinds": _kinds(rule.kinds),
                "summary": rule.summary,
            }
            for rule in rules
        ]
    )


def rules_data(rules: Iterable[AnyRule]) -> dict[str, Any]:
    """Return rules for machines; fields are only ever added."""
    items = [
        {
            "code": rule.id,
            "severity": rule.severity.value,
            "kinds": list(rule.kinds),
            "summary": rule.summary,
            "why": rule.why,
            "fix": rule.fix,
            "page": rule.page,
        }
        for rule in rules
    ]
    return {"format": "ajo-rules", "version": 1, "rules": items}


def _kinds(kinds: Iterable[str]) -> str:
    known = tuple(kinds)
    return (
        "all" if set(known) == set(KIND_TITLES) else ", ".join(KIND_TITLES.get(kind, kind) for kind in known)
    )


def explanation_text(known: Meaning, rule: AnyRule | None, *, colour: bool = False) -> str:
    """Explain a code; of a rule, what matters in a wrong and a right example."""
    rows = {
        "code": known.code,
        "severity": known.severity.value if known.severity else "",
        "kinds": _kinds(known.kinds),
        "meaning": known.summary,
        "why": known.why,
        "fix": known.fix,
        "page": known.page,
        "exit": "" if rule else str(int(known.exit)),
    }
    lines = [line for name, content in rows.items() if content for line in _row(name, content)]
    if rule:
        wrong, right = wrong_of(rule), right_of(rule)
        matters = (*wrong.touched, *right.touched, *(remark.path for remark in wrong.remarks))
        for word, style, showing in (("Wrong", "red", wrong), ("Right", "green", right)):
            lines += ["", *_example(paint(word, style, colour=colour), showing, matters)]
    return "\n".join(lines)


def _row(name: str, content: str) -> list[str]:
    return textwrap.wrap(
        content,
        WIDTH,
        initial_indent=f"{name:9}",
        subsequent_indent=" " * 9,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _example(word: str, showing: Showing, matters: tuple[Path, ...]) -> Iterator[str]:
    yield f"{word}{_for_target(showing)}:"
    for file, document in showing.files.items():
        notes = [(remark.path, remark.message) for remark in showing.remarks if remark.file == file]
        places = matters if len(showing.files) == 1 else (*matters, *_URLS)
        yield from ["", f"  {safe(file)}"] if file else [""]
        yield from indented(snippet(document, places, notes))


def _for_target(showing: Showing) -> str:
    if showing.target is None:
        return ""
    sandbox = {True: ", a production sandbox", False: ", no production sandbox", None: ""}
    return f" for target {showing.target.name}{sandbox[showing.target.production]}"


def explanation_data(known: Meaning, rule: AnyRule | None) -> dict[str, Any]:
    """Return an explanation for machines, of a rule with whole examples; fields are only ever added."""
    document: dict[str, Any] = {
        "format": "ajo-explanation",
        "version": 1,
        "code": known.code,
        "meaning": known.summary,
        "fix": known.fix,
        "exit": str(int(known.exit)),
    }
    if rule:
        document |= {
            "severity": rule.severity.value,
            "kinds": list(rule.kinds),
            "why": known.why,
            "page": known.page,
            "wrong": _showing_data(wrong_of(rule)),
            "right": _showing_data(right_of(rule)),
        }
    return document


def _showing_data(showing: Showing) -> dict[str, Any]:
    target = showing.target
    return {
        "target": {"name": target.name, "production": target.production} if target else None,
        "files": [{"file": file, "document": dict(each)} for file, each in showing.files.items()],
        "findings": [
            {"file": remark.file, "pointer": format_pointer(remark.path), "message": remark.message}
            for remark in showing.remarks
        ],
    }
