"""Strategies: files of cases as documents, and the same ones damaged."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from tests.core.json_values import json_values, texts
from tests.model.definitions import damage, of, places

Strategy = st.SearchStrategy[Any]

flat = st.dictionaries(texts, texts, max_size=3)
trees = st.dictionaries(texts, json_values, max_size=3)
requests = of({}, {"method": texts, "url": texts, "query": flat, "headers": flat, "body": json_values})
statuses = of({"status": st.integers(100, 599)})
responses = st.one_of(
    statuses,
    of({"status": st.integers(100, 599), "body": json_values}),
    of({"status": st.integers(100, 599), "text": texts}),
    of({"failure": st.sampled_from(["timedout", "capped", "internalError"])}),
)
deviations = of(
    {
        "pointer": texts,
        "what": st.sampled_from(["missing field", "extra field", "wrong type", "not JSON", "too long"]),
    },
    {"expected": texts},
)
journeys = of({}, {"joStatusCode": texts, "view": trees, "deviations": st.lists(deviations, max_size=2)})
names = st.text("abc ü", min_size=1, max_size=6).filter(str.strip)
head: dict[str, Strategy] = {
    "description": texts,
    "values": trees,
    "match": st.sampled_from(["exact", "subset"]),
}
cases = st.one_of(
    of({"name": names}, {**head, "refused": st.lists(texts, min_size=1, max_size=3)}),
    of({"name": names}, {**head, "request": requests, "tokenRequest": requests, "response": responses}),
    of({"name": names, "response": responses, "journey": journeys}, {**head, "request": requests}),
)
case_documents = of(
    {
        "$schema": texts,
        "formatVersion": st.just(1),
        "kind": st.just("Cases"),
        "name": st.sampled_from(["Welcome", "Ünter"]),
        "cases": st.lists(cases, min_size=1, max_size=3, unique_by=lambda one: one["name"]),
    }
)


@st.composite
def damaged_cases(draw: st.DrawFn) -> Any:
    """Files of cases with one to three of their parts dropped, renamed, replaced, swapped or emptied."""
    document = copy.deepcopy(draw(case_documents))
    for _ in range(draw(st.integers(1, 3))):
        if paths := places(document):
            damage(draw, document, draw(st.sampled_from(paths)))
    return document
