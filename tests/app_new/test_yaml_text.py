"""YAML is read as the JSON that it means; bombs, objects and foreign types are refused."""

from __future__ import annotations

import builtins
from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from toolkit.app.new.yaml_text import parse_yaml
from toolkit.core.canonical import DecimalLiteral, dump_json
from toolkit.core.errors import AjoError

MEANS: list[tuple[str, Any]] = [
    ("", None),
    ("a: no\nb: on\nc: 2026-01-31\nd: 0o17\ne: 1_000", {
        "a": "no", "b": "on", "c": "2026-01-31", "d": "0o17", "e": "1_000",
    }),
    ("a: true\nb: ~\nc:\nd: 'true'\ne: 1\nf: '1'", {
        "a": True, "b": None, "c": None, "d": "true", "e": 1, "f": "1",
    }),
    ("200: ok\n'404': gone\ntrue: x", {"200": "ok", "404": "gone", "true": "x"}),
    ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\ne: {<<: [*x, {f: 4}]}", {
        "a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}, "e": {"f": 4, "b": 1, "c": 2},
    }),
    ("a: !!str 5", {"a": "5"}),
    ("[]", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), MEANS)
def test_a_text_means_what_the_json_schema_of_yaml_says(text: str, value: Any) -> None:
    assert parse_yaml(text, "api.yaml") == value


def test_numbers_keep_their_spelling() -> None:
    assert dump_json(parse_yaml("[2.50, 1e3, -7]", "api.yaml"), indent=None) == "[2.50,1e3,-7]"
    assert isinstance(parse_yaml("2.50", "api.yaml"), DecimalLiteral)


LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)
)
MERGES = "a0: &a0 {k: x}\n" + "\n".join(
    f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 12)
)

REFUSED = [
    (LAUGHS, "too large"),
    (MERGES, "too large"),
    ("a: &a [*a]", "holds itself"),
    ("[" * 100_000, "nested too deeply"),
    ("{a: " * 5_000, "nested too deeply"),
    ("a: !!python/object/apply:os.system [ls]", "tag"),
    ("a: !!binary aGk=", "tag"),
    ("a: !!set {x}", "tag"),
    ("a: 1\na: 2", "twice"),
    ("? [a]\n: b", "no scalar"),
    ("a: " + "9" * 5_000, "too long"),
    ("a: 1e99999999999999999999", "not readable"),
    ("a: [1", "not readable"),
    ("a\x00b", "not readable"),
    ("--- 1\n--- 2", "not readable"),
    ("a: *nobody", "not readable"),
]


@pytest.mark.parametrize(("text", "word"), REFUSED)
def test_what_is_not_json_or_beyond_a_limit_is_refused(text: str, word: str) -> None:
    with pytest.raises(AjoError) as caught:
        parse_yaml(text, "api.yaml")
    assert caught.value.code == "AJO812"
    assert word in caught.value.message
    assert caught.value.place.startswith("api.yaml")


def test_the_slow_reader_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    for text, value in MEANS:
        assert parse_yaml(text, "api.yaml") == value


def test_without_the_extra_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without_yaml(name: str, *arguments: Any, **more: Any) -> Any:
        if name == "yaml":
            raise ModuleNotFoundError(name=name)
        return found(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without_yaml)
    with pytest.raises(AjoError) as caught:
        parse_yaml("a: 1", "api.yaml")
    assert (caught.value.code, "ajo-actions[openapi]" in caught.value.fix) == ("AJO902", True)


@law
@given(st.text(st.sampled_from("ab&*!<[]{}:,-?|>'\"# \n1.e~%@"), max_size=40) | st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(AjoError):
        parse_yaml(text, "api.yaml")


def test_many_merged_mappings_are_merged_once_each() -> None:
    sources = "\n".join(f"a{n}: &a{n} {{k{n}: {n}}}" for n in range(5_000))
    merged = parse_yaml(f"{sources}\nall: {{<<: [{', '.join(f'*a{n}' for n in range(5_000))}]}}", "api.yaml")
    assert isinstance(merged, dict)
    assert merged["all"] == {f"k{n}": n for n in range(5_000)}
