from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from toolkit.core.fingerprint import keyed_fingerprint
from toolkit.core.redact import Secret

KEY = Secret("k" * 32)
texts = st.text(min_size=1, max_size=20)
places = st.lists(texts, min_size=1, max_size=5)


def test_the_fingerprint_is_what_it_was() -> None:
    """Git keeps fingerprints: a change of how they are computed would have every secret sent again."""
    found = keyed_fingerprint(KEY, ["ORG", "dev", "CustomAction", "Hello", "team/key"], Secret("s"))
    assert found == "570d6104f87e3f747e42d6ae697ed358a40890340003ac64af5e8badfa92b0f0"


@law
@given(places, texts)
def test_the_same_secret_in_the_same_place_has_the_same_fingerprint(place: list[str], secret: str) -> None:
    assert keyed_fingerprint(KEY, place, Secret(secret)) == keyed_fingerprint(
        KEY, list(place), Secret(secret)
    )


@law
@given(places, places, texts, texts)
def test_another_secret_or_another_place_has_another_fingerprint(
    place: list[str], other: list[str], secret: str, another: str
) -> None:
    same = (place, secret) == (other, another)
    one, two = (keyed_fingerprint(KEY, *each) for each in ((place, Secret(secret)), (other, Secret(another))))
    assert (one == two) is same


def test_without_the_key_a_fingerprint_can_not_be_made() -> None:
    assert keyed_fingerprint(KEY, ["a"], Secret("s")) != keyed_fingerprint(
        Secret("l" * 32), ["a"], Secret("s")
    )
