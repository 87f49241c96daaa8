"""Formatting: one form for every spelling, and nothing that a file says is lost or changed."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import exactly, law
from tests.model.definitions import definitions
from tests.model.samples import action
from tests.platform.samples import document, resolve
from toolkit.app.format import Looked, look_at_files, look_at_text, rewrite
from toolkit.core.canonical import DecimalLiteral, dump_json, parse_json
from toolkit.model.document import fill_document
from toolkit.platform.actions import ActionsAdapter
from toolkit.platform.adapter import Adapter, sendable_document
from toolkit.platform.capping import CappingAdapter
from toolkit.platform.throttling import ThrottlingAdapter

DEFAULTS: dict[str, Any] = {
    "description": "",
    "allowNullValues": False,
    "headers": {},
    "query": {},
    "links": [],
    "allow": [],
    "protect": False,
    "$type": "string",
    "$optional": False,
}
"""What says nothing, and so is left out."""

ADAPTERS: dict[str, Adapter] = {
    "CustomAction": ActionsAdapter(),
    "CampaignAction": ActionsAdapter(),
    "EndpointConfig": CappingAdapter("ORG"),
    "ThrottlingConfig": ThrottlingAdapter("ORG"),
}

randoms = st.randoms(use_true_random=False)


def formatted(text: str) -> str:
    """What `ajo fmt` makes of a definition's text."""
    looked = look_at_text("-", text.encode())
    assert looked.findings == ()
    return looked.changes[0].after if looked.changes else text


def typed(value: Any, random: Random) -> str:
    """JSON as somebody may type it: any white space, any escapes; keys in the order they have."""
    space = random.choice(["", "", " ", "\t", "\n", "\r\n", "  \n\t "])
    if isinstance(value, dict):
        members = [
            f"{quoted(key, random)}{space}:{space}{typed(item, random)}" for key, item in value.items()
        ]
        return f"{{{space}{f'{space},{space}'.join(members)}{space}}}"
    if isinstance(value, list):
        return f"[{space}{f'{space},{space}'.join(typed(item, random) for item in value)}{space}]"
    return quoted(value, random) if isinstance(value, str) else dump_json(value)


def quoted(text: str, random: Random) -> str:
    return '"' + "".join(escaped(character, random) for character in text) + '"'


def escaped(character: str, random: Random) -> str:
    units = character.encode("utf-16-be")
    escapes = [units[i : i + 2].hex() for i in range(0, len(units), 2)]
    spellings = ["".join(f"\\u{random.choice([one, one.upper()])}" for one in escapes)]
    if character == "/":
        spellings.append("\\/")
    if character >= " " and character not in '"\\':
        spellings += [character] * 3
    return random.choice(spellings)


def jumbled(value: Any, random: Random) -> Any:
    """The same with keys in another order."""
    if isinstance(value, dict):
        return {key: jumbled(value[key], random) for key in random.sample(list(value), len(value))}
    return [jumbled(item, random) for item in value] if isinstance(value, list) else value


def without_defaults(value: Any) -> Any:
    """What is left of a document when what says nothing is gone, wherever a key can be a field's."""
    if isinstance(value, dict):
        kept = {key: without_defaults(member) for key, member in value.items()}
        return {key: member for key, member in kept.items() if key not in DEFAULTS or DEFAULTS[key] != member}
    return list(map(without_defaults, value)) if isinstance(value, list) else value


def ordered(value: Any) -> Any:
    """The same with keys in one order."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    return list(map(ordered, value)) if isinstance(value, list) else value


def free_keys(raw: Any) -> list[list[str]]:
    """The keys of every object whose keys are an author's own, in their order; outer objects first."""
    endpoint, authentication = raw.get("endpoint", {}), raw.get("authentication", {})
    roots = [
        *(endpoint.get("headers", {}), endpoint.get("query", {}), authentication.get("headers", {})),
        authentication.get("body", {}).get("bodyParams", {}),
    ]
    roots.extend(raw.get(part, {}) for part in ("request", "response", "failureResponse"))
    return [keys for root in roots for keys in keys_inside(root)]


def keys_inside(node: Any) -> list[list[str]]:
    if isinstance(node, list):
        return [keys for item in node for keys in keys_inside(item)]
    if not isinstance(node, dict):
        return []
    own = [] if any(key.startswith("$") for key in node) else [list(node)]
    return own + [keys for member in node.values() for keys in keys_inside(member)]


def wire(text: str) -> str:
    """The body that would be sent, to the byte."""
    raw: Any = parse_json(text)
    filled = fill_document(raw["kind"], document(raw), {"host": "h", "a_1": "v"})
    return dump_json(ADAPTERS[raw["kind"]].body(sendable_document(raw["kind"], filled, resolve)))


@law
@given(definitions, randoms)
def test_formatting_twice_changes_nothing_more(raw: Any, random: Random) -> None:
    once = formatted(typed(jumbled(raw, random), random))
    assert formatted(once) == once


@law
@given(definitions, randoms, randoms)
def test_every_spelling_of_a_definition_has_one_canonical_text(raw: Any, one: Random, other: Random) -> None:
    assert formatted(typed(raw, one)) == formatted(typed(raw, other))


@law
@given(definitions, randoms)
def test_a_formatted_text_says_what_was_typed_to_the_spelling_of_its_numbers(
    raw: Any, random: Random
) -> None:
    after = parse_json(formatted(typed(jumbled(raw, random), random)))
    assert exactly(ordered(without_defaults(after))) == exactly(ordered(without_defaults(raw)))


@law
@given(definitions, randoms)
def test_fields_headers_and_parameters_stay_in_their_authors_order(raw: Any, random: Random) -> None:
    raw = jumbled(raw, random)
    after = parse_json(formatted(typed(raw, random)))
    assert free_keys(after) == free_keys(raw)


@law
@given(definitions, randoms)
def test_what_is_sent_is_the_same_to_the_byte(raw: Any, random: Random) -> None:
    text = typed(jumbled(raw, random), random)
    assert wire(formatted(text)) == wire(text)


@pytest.mark.parametrize(
    "literal",
    ["1.10", "1e400", "-0.0", "1E+2", "0.10e-7", "1" + "0" * 3_999, "-" + "9" * 400, "1." + "0" * 300, "2.0"],
    ids=lambda literal: literal[:12],
)
def test_a_number_keeps_its_spelling(literal: str) -> None:
    text = dump_json(action(request={"n": "N"})).replace('"N"', literal)
    assert f'"n": {literal}\n' in formatted(text)


@pytest.mark.parametrize(
    ("typed_as", "written"),
    [
        (r"\ud83d\ude00", "\U0001f600"),
        (r"e\u0301", "e\u0301"),
        (r"\u00e9", "\u00e9"),
        (r"\ud83d\udc69\u200d\ud83d\ude80", "\U0001f469\u200d\U0001f680"),
        ("\u2028", r"\u2028"),
        (r"\u2028", r"\u2028"),
        (r"\u0000", r"\u0000"),
        (r"\/", "/"),
        (r"\u002f", "/"),
        (r"\\u0041", r"\\u0041"),
        ("\ufeff", r"\ufeff"),
    ],
)
def test_a_character_is_the_same_character_and_has_one_spelling(typed_as: str, written: str) -> None:
    text = dump_json(action(request={"t": "T", "T2": "x"})).replace('"T"', f'"{typed_as}"')
    after = formatted(text)
    assert f'"t": "{written}",' in after
    assert exactly(parse_json(after)) == exactly(parse_json(text))


CANONICAL = formatted(dump_json(action(request={"b": 1, "a": {"$variable": "A"}})))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(CANONICAL.replace("\n", "\r\n"), id="lines of Windows"),
        pytest.param(CANONICAL.removesuffix("\n"), id="no final line end"),
        pytest.param(CANONICAL + "\n\n", id="blank lines at the end"),
        pytest.param(CANONICAL.replace("  ", "\t"), id="tabs"),
        pytest.param(CANONICAL.replace("\n", "  \n"), id="spaces at line ends"),
        pytest.param(CANONICAL.replace("\n", ""), id="one line"),
        pytest.param(CANONICAL.replace("\n", "\r"), id="lines of old times"),
    ],
)
def test_white_space_has_one_form(text: str) -> None:
    assert text != CANONICAL
    assert formatted(text) == CANONICAL


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_text_with_a_byte_order_mark_is_no_definition(mark: bytes) -> None:
    looked = look_at_text("x.json", mark + CANONICAL.encode())
    assert (looked.changes, looked.broken) == ((), ["x.json"])
    assert [finding.code for finding in looked.findings] == ["AJO001"]


# Files.


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    file = tmp_path / "Untidy.json"
    file.write_bytes(CANONICAL.replace("\n", "\r\n").encode())
    return file


def test_a_file_is_rewritten_as_long_as_it_is_what_was_read(tmp_path: Path, untidy: Path) -> None:
    (change,) = look_at_files(tmp_path, ["Untidy.json"]).changes
    assert rewrite(change)
    assert untidy.read_text() == CANONICAL


def test_an_edit_between_reading_and_writing_is_kept(tmp_path: Path, untidy: Path) -> None:
    (change,) = look_at_files(tmp_path, ["Untidy.json"]).changes
    untidy.write_text("mine")
    assert not rewrite(change)
    assert [file.name for file in tmp_path.iterdir()] == ["Untidy.json"]
    assert untidy.read_text() == "mine"


def test_a_file_that_was_removed_meanwhile_stays_removed(tmp_path: Path, untidy: Path) -> None:
    (change,) = look_at_files(tmp_path, ["Untidy.json"]).changes
    untidy.unlink()
    assert not rewrite(change)
    assert list(tmp_path.iterdir()) == []


def looked_at(base: Path, *names: str) -> tuple[Looked, list[str]]:
    looked = look_at_files(base, names)
    return looked, [change.file for change in looked.changes]


def test_a_folder_stands_for_all_definitions_below_it(tmp_path: Path, untidy: Path) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    untidy.rename(tmp_path / "deep/er/Untidy.json")
    assert looked_at(tmp_path, "deep")[1] == ["deep/er/Untidy.json"]
    assert looked_at(tmp_path / "deep/er", "../../deep")[1] == ["er/Untidy.json"]


def test_a_file_named_twice_is_looked_at_once(tmp_path: Path, untidy: Path) -> None:
    (tmp_path / "Link.json").symlink_to("Untidy.json")
    assert looked_at(tmp_path, "Untidy.json", "./Untidy.json", ".", "Link.json", str(untidy))[1] == [
        "Untidy.json"
    ]


def test_a_file_whose_name_is_no_text_is_formatted_all_the_same(tmp_path: Path, untidy: Path) -> None:
    name = os.fsdecode(b"caf\xe9.json")
    untidy.rename(tmp_path / name)
    looked, named = looked_at(tmp_path, name)
    assert named == ["caf\\udce9.json"]
    assert rewrite(looked.changes[0])
    assert (tmp_path / name).read_text() == CANONICAL


@pytest.mark.parametrize("name", ["nothing.json", "", "a\x00b", "x" * 300])
def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path, name: str) -> None:
    looked, named = looked_at(tmp_path, name)
    assert (named, [finding.code for finding in looked.findings]) == ([], ["AJO009"])


def test_numbers_of_one_value_stay_apart() -> None:
    after: Any = parse_json(formatted(dump_json(action(request={"a": [DecimalLiteral("1.0"), 1]}))))
    assert exactly(after["request"]["a"]) == "[DecimalLiteral('1.0'), 1]"
