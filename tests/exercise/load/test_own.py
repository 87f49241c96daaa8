"""One's own hosts: looked at for every request, whichever way it was led and whatever connection is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from toolkit.core.errors import AjoError
from toolkit.exercise.load.own import OwnHosts, OwnTransport, asking_for_a_token, door_of, shown
from toolkit.exercise.transport import RawHeaders, Reply
from toolkit.exercise.wire import DestinationRefused

OWN = OwnHosts(
    frozenset({("api.example.com", 443), ("api.example.com", 80), ("127.0.0.1", 8080)}),
    frozenset({("login.example.com", 443)}),
)


class Recorder:
    """Sends nothing and remembers what it was to send."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def __call__(
        self, method: str, url: str, headers: RawHeaders, body: bytes | None
    ) -> AbstractContextManager[Reply]:
        self.urls.append(url)
        return self._reply()

    @contextmanager
    def _reply(self) -> Iterator[Reply]:
        yield Reply(200, (), iter(()))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1?x=1",
        "https://API.Example.com/",
        "http://api.example.com/",
        "http://127.0.0.1:8080/partners/x",
    ],
)
def test_a_request_to_a_listed_host_goes_out(url: str) -> None:
    inner = Recorder()
    with OwnTransport(inner, OWN)("POST", url, (), None):
        pass
    assert inner.urls == [url]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://v2.api.example.com/",
        "https://api.example.com.evil.example/",
        "https://api.example.com@evil.example/",
        "https://evil.example/?https://api.example.com/",
        "https://api.example.com:8443/",
        "https://api.example.com./",
        "http://127.0.0.1:8081/",
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "https://login.example.com/token",
    ],
)
def test_a_request_to_anywhere_else_is_refused_and_not_sent(url: str) -> None:
    inner = Recorder()
    guarded = OwnTransport(inner, OWN)
    with pytest.raises(DestinationRefused):
        guarded("GET", url, (), None)
    assert (inner.urls, guarded.refused) == ([], 1)
    with pytest.raises(AjoError) as caught:
        OWN.check(url)
    assert caught.value.code == "AJO750"


def test_a_host_for_tokens_gets_requests_for_tokens_alone() -> None:
    inner = Recorder()
    guarded = OwnTransport(inner, OWN)
    with asking_for_a_token(), guarded("POST", "https://login.example.com/token", (), None):
        pass
    with pytest.raises(DestinationRefused):
        guarded("GET", "https://login.example.com/token", (), None)
    assert inner.urls == ["https://login.example.com/token"]
    OWN.check("https://login.example.com/token", for_token=True)


def test_an_error_says_what_to_add_and_where() -> None:
    with pytest.raises(AjoError) as caught:
        OWN.check("https://api.example.com:8443/v1")
    assert (caught.value.message, caught.value.fix) == (
        "the load would go to api.example.com:8443, which the settings don't list",
        'Add "api.example.com:8443" to hosts in [tool.ajo.load] if it is yours; put load on no other.',
    )


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("https://[2001:db8::1]:8443/x", "[2001:db8::1]:8443"),
        ("http://[2001:db8::1]/x", "[2001:db8::1]"),
        ("https://bücher.example/x", "xn--bcher-kva.example"),
    ],
)
def test_a_door_is_shown_as_settings_spell_it(url: str, entry: str) -> None:
    assert shown(door_of(url)) == entry
