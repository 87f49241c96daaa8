"""Nothing that somebody wrote into a platform or a pull request gets out of its place."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from tests.core.json_values import law
from tests.report.samples import hostile, hostile_findings, hostile_plan, hostile_receipt, hostile_row
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.report import data, markdown, text
from toolkit.report.github import findings_github
from toolkit.report.junit import findings_junit
from toolkit.report.listing import table
from toolkit.report.shown import safe

DECEIVING = ("Cc", "Cf", "Cs", "Zl", "Zp")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
DETAILS = ("<details><summary>Not managed here, never touched</summary>", "</details>")

Render = Callable[[str], Any]


def each(renderers: dict[str, Render]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("render", list(renderers.values()), ids=list(renderers))


each_text = each(
    {
        "plan": lambda words: text.plan_text(hostile_plan(words)),
        "findings": lambda words: text.findings_text(hostile_findings(words), 3),
        "row": lambda words: text.row_text(hostile_row(words)),
        "receipt": lambda words: text.receipt_text(hostile_receipt(words)),
        "list": lambda words: table([{"kind": words, "name": words}]),
        "github": lambda words: findings_github(hostile_findings(words), 3),
        "junit": lambda words: findings_junit(hostile_findings(words), [words]),
    }
)
each_markdown = each(
    {
        "plan": lambda words: markdown.plan_markdown(hostile_plan(words)),
        "findings": lambda words: markdown.findings_markdown(hostile_findings(words), 3),
        "receipt": lambda words: markdown.receipt_markdown(hostile_receipt(words)),
    }
)
each_document = each(
    {
        "plan": lambda words: data.plan_data(hostile_plan(words)),
        "findings": lambda words: data.findings_data(hostile_findings(words), 3),
        "receipt": lambda words: data.receipt_data(hostile_receipt(words)),
        "error": lambda words: data.error_data(AjoError("AJO501", words)),
        "error about definitions": lambda words: data.error_data(InvalidDefinitions(hostile_findings(words))),
        "list": lambda words: data.listing_data("live", [{"used in": words}], words),
        "fmt": lambda words: data.format_data([words], [words], written=True),
    }
)


def deceiving(shown: str) -> list[str]:
    return [
        character for character in shown if character != "\n" and unicodedata.category(character) in DECEIVING
    ]


def outside_code(shown: str) -> str:
    """Return Markdown without its code spans and without what we write ourselves."""
    outside = "\n".join(CODE_SPAN.sub("", line) for line in shown.split("\n"))
    for own in DETAILS:
        outside = outside.replace(own, "")
    return outside


@each_text
def test_text_without_colour_has_no_character_that_steers_or_deceives(render: Render) -> None:
    @law
    @given(hostile)
    def holds(words: str) -> None:
        assert deceiving(render(words)) == []

    holds()


@each_markdown
def test_markdown_has_no_character_that_steers_or_deceives(render: Render) -> None:
    @law
    @given(hostile)
    def holds(words: str) -> None:
        assert deceiving(render(words)) == []

    holds()


@each_markdown
def test_markdown_has_no_html_mention_reference_or_link(render: Render) -> None:
    @law
    @given(hostile)
    def holds(words: str) -> None:
        shown = outside_code(render(words))
        assert not set("<@[") & set(shown)
        assert "http" not in shown.replace("http&#58;", "")
        assert "www.evil" not in shown

    holds()


@each_markdown
def test_every_row_of_a_table_has_as_many_cells_as_its_head(render: Render) -> None:
    @law
    @given(hostile)
    def holds(words: str) -> None:
        cells = 0
        for line in render(words).split("\n"):
            bars = len(re.findall(r"(?<!\\)\|", line))
            cells = 0 if not line.startswith("|") else cells or bars
            assert bars == cells or not line.startswith("|")

    holds()


@each_markdown
def test_every_line_of_markdown_begins_as_we_write_it(render: Render) -> None:
    ours = re.compile(
        r"Base: |  - `|\*\*Needs\*\* |"
        r"$|#{3,4} |\| |- |\*\*Blocked\*\* |(Used in|For) journeys: |Plan digest |\d+ |</?details>|nothing "
    )

    @law
    @given(hostile)
    def holds(words: str) -> None:
        assert all(ours.match(line) for line in render(words).split("\n"))

    holds()


@each_document
def test_json_parses_back_and_names_format_and_version(render: Render) -> None:
    @law
    @given(hostile)
    def holds(words: str) -> None:
        document = render(words)
        assert json.loads(data.to_json(document)) == document
        assert (document["format"][:4], document["version"]) == ("ajo-", 1)

    holds()


@each_document
def test_json_on_a_terminal_steers_nothing(render: Render) -> None:
    @law
    @given(hostile)
    def holds(words: str) -> None:
        shown = data.to_json(render(words))
        assert not [each for each in deceiving(shown) if unicodedata.category(each) == "Cc"]
        assert "\u202e" not in shown

    holds()


@pytest.mark.parametrize(
    "mention", ["@acme/admins", "#1", "acme/ajo#1"], ids=["a person", "an issue", "an issue elsewhere"]
)
def test_prose_notifies_nobody_and_refers_to_nothing(mention: str) -> None:
    """Entities alone do not help: GitHub looks for mentions after they are decoded (github/cmark-gfm#181)."""
    shown = markdown.prose(mention)
    assert re.search("&#(64|35);&#8203;", shown)


@pytest.mark.parametrize(
    ("content", "span"),
    [
        pytest.param("plain", "`plain`", id="plain"),
        pytest.param("a`b", "``a`b``", id="a backtick"),
        pytest.param("`a``", "``` `a`` ```", id="backticks at the ends"),
        pytest.param("a|b", "`a\\|b`", id="a bar"),
        pytest.param("a\nb", "`a\\u000ab`", id="a line break"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_code_span_holds_anything(content: str, span: str) -> None:
    assert markdown.code(content) == span


@law
@given(hostile)
def test_a_fence_holds_anything(content: str) -> None:
    first, *inside, last = markdown.fenced(content, "text").split("\n")
    assert first == last + "text"
    assert not any(line.strip().startswith(last) for line in inside)


@law
@given(hostile)
def test_what_is_safe_stays_as_it_is(content: str) -> None:
    assert safe(safe(content)) == safe(content)


def test_an_invisible_character_above_the_basic_plane_is_shown_as_json_escapes_it() -> None:
    assert safe("a\U000e0041b") == "a\\udb40\\udc41b"
    assert json.loads('"' + safe("\U000e0041") + '"') == "\U000e0041"
