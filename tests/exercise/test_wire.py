"""Connections: which addresses are refused at the moment of connecting, TLS, and what bounds an answer."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exercise.authority import Signed, made, rsa_key
from tests.exercise.conftest import Partner
from tests.exercise.samples import HOST, SECRETS, action, resolve
from toolkit.core.errors import AjoError
from toolkit.exercise import Exchange
from toolkit.exercise.caller import Caller, Network, Runtime
from toolkit.exercise.destinations import Destinations
from toolkit.exercise.lookup import system_lookup
from toolkit.exercise.send import MAX_BODY_BYTES
from toolkit.exercise.tls import TlsFiles
from toolkit.exercise.transport import Undecodable, decoded
from toolkit.model.guardrails import RETRIES

KEY = {"type": "apiKey", "name": "X-Key", "value": "${secret:partner/key}", "location": "header"}


def call(url: str, network: Network | None = None, *, timeout_s: float = 5, method: str = "GET") -> Exchange:
    with Caller(resolve, network) as caller:
        return caller.call(action(url=url, method=method, authentication=KEY), {}, timeout_s=timeout_s)


class Names:
    """A name service of a test, which may answer differently each time."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): found for name, found in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, seconds: float) -> list[str]:
        self.asked.append(host)
        found = self.answers.get(host, [[host]])
        return found.pop(0) if len(found) > 1 else found[0]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_a_name_that_leads_inside_is_refused_whatever_its_address_looks_like(address: str) -> None:
    names = Names(inside_example=[[address]])
    exchange = call("http://inside.example/v1/ok", Network(lookup=names))
    assert exchange.jo_status_code == "internalError"
    assert "private, local or reserved" in exchange.calls[0].failure
    assert address not in exchange.calls[0].failure
    assert (names.asked, exchange.retries) == (["inside.example"], 0)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert Destinations().allow("partner.example", 443, address)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    names = Names(mixed_example=[["93.184.215.14", "10.0.0.1"]])
    exchange = call("http://mixed.example/", Network(lookup=names))
    assert "private, local or reserved" in exchange.calls[0].failure


@pytest.mark.parametrize("allowed", ["127.0.0.0/8", "127.0.0.1", "inside.example", "INSIDE.example"])
def test_what_is_allowed_by_network_or_name_is_reached(partner: Partner, allowed: str) -> None:
    port = partner.base.rpartition(":")[2]
    network = Network(allowed=(allowed,), lookup=Names(inside_example=[["127.0.0.1"]]))
    assert call(f"http://inside.example:{port}/v1/ok", network).succeeded


@pytest.mark.parametrize("entry", ["", "10.0.0.0/99", "http://x", "a b", "host:80"])
def test_an_entry_that_allows_nothing_that_exists_is_refused(entry: str) -> None:
    with pytest.raises(AjoError) as caught:
        Destinations.of([], [entry])
    assert caught.value.code == "AJO302"


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(partner: Partner) -> None:
    port = partner.base.rpartition(":")[2]
    names = Names(moving_example=[["127.0.0.1"], ["10.0.0.1"]])
    network = Network(allowed=("127.0.0.1/32",), lookup=names)
    with Caller(resolve, network) as caller:
        subject = action(url=f"http://moving.example:{port}/v1/ok")
        assert caller.call(subject, {}).succeeded
        assert caller.call(subject, {}).succeeded  # over the same connection
    assert names.asked == ["moving.example"]
    again = call(f"http://moving.example:{port}/v1/ok", network)
    assert again.jo_status_code == "internalError"


def test_a_redirect_to_a_name_that_leads_inside_is_refused_at_connect_time(
    start_partner: Callable[[], Partner],
) -> None:
    partner = start_partner()
    partner.location = "http://metadata.example/latest"
    names = Names(metadata_example=[["169.254.169.254"]])
    exchange = call(f"https://{HOST}/v1/to", Network({HOST: partner.base}, lookup=names))
    assert [item.request.url for item in exchange.calls] == [
        f"https://{HOST}/v1/to",
        "http://metadata.example/latest",
    ]
    assert (exchange.jo_status_code, exchange.retries) == ("internalError", 0)
    assert "private, local or reserved" in exchange.calls[-1].failure
    assert len(partner.seen) == 1


def test_a_stand_in_is_a_door_for_its_own_port_alone() -> None:
    places = Destinations.of(["http://127.0.0.1:8765/partners/x", "https://stand-in.example"])
    assert places.allow("127.0.0.1", 8765, "127.0.0.1")
    assert places.allow("stand-in.example", 443, "10.0.0.1")
    assert not places.allow("127.0.0.1", 22, "127.0.0.1")
    assert not places.allow("other.example", 443, "10.0.0.1")


def test_a_name_that_nobody_knows_is_an_outcome_and_says_so() -> None:
    exchange = call("http://no-such-host.invalid/")
    assert exchange.jo_status_code == "internalError"
    assert "not known" in exchange.calls[0].failure or "private" in exchange.calls[0].failure
    with pytest.raises(httpcore.ConnectError):
        system_lookup("a" * 64 + ".example", 443, 5)


def test_a_lookup_that_takes_too_long_is_left_alone() -> None:
    stop = threading.Event()

    def never(*_: Any, **__: Any) -> list[Any]:
        stop.wait(10)
        return []

    began = time.monotonic()
    with pytest.raises(httpcore.ConnectTimeout):
        system_lookup("slow.example", 443, 0.05, never)
    stop.set()
    assert time.monotonic() - began < 5


@contextmanager
def tls_server(context: ssl.SSLContext, seen: list[dict[str, Any]]) -> Iterator[str]:
    """A server that answers one request for each connection and notes what was negotiated; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(10)

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(65_536)
                    seen.append({"version": connection.version(), "peer": connection.getpeercert()})
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            except OSError:
                plain.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"https://localhost:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.fixture
def authority() -> Signed:
    return made("authority of a test")


@pytest.fixture
def server_context(authority: Signed, tmp_path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*made("localhost", authority).files(tmp_path, "server"))
    return context


@pytest.fixture
def trusting(authority: Signed, tmp_path: Path) -> TlsFiles:
    return TlsFiles(authorities=authority.files(tmp_path, "authority")[0])


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_3_is_spoken_and_1_2_where_the_server_knows_no_better(
    server_context: ssl.SSLContext, trusting: TlsFiles, version: ssl.TLSVersion
) -> None:
    server_context.maximum_version = version
    seen: list[dict[str, Any]] = []
    with tls_server(server_context, seen) as base:
        exchange = call(f"https://{HOST}/", Network({HOST: base}, tls=trusting))
    assert exchange.succeeded, exchange
    assert seen[0]["version"] == version.name.replace("_", ".").replace("TLSv1.", "TLSv1.")
    assert exchange.calls[0].timings.tls_ms is not None


def test_our_certificate_is_offered_where_the_server_asks_for_one(
    server_context: ssl.SSLContext, authority: Signed, trusting: TlsFiles, tmp_path: Path
) -> None:
    server_context.verify_mode = ssl.CERT_REQUIRED
    server_context.load_verify_locations(trusting.authorities)
    certificate, key = made("journeys of a test", authority).files(tmp_path, "client")
    seen: list[dict[str, Any]] = []
    with tls_server(server_context, seen) as base:
        with_it = TlsFiles(trusting.authorities, certificate, key)
        assert call(f"https://{HOST}/", Network({HOST: base}, tls=with_it)).succeeded
        refused = call(f"https://{HOST}/", Network({HOST: base}, tls=trusting))
    assert seen[0]["peer"]["subject"] == ((("commonName", "journeys of a test"),),)
    assert (refused.jo_status_code, refused.retries) == ("internalError", RETRIES.value)


def test_an_authority_that_nobody_trusts_and_another_hosts_certificate_are_refused(
    server_context: ssl.SSLContext, authority: Signed, trusting: TlsFiles, tmp_path: Path
) -> None:
    with tls_server(server_context, []) as base:
        unknown = call(f"https://{HOST}/", Network({HOST: base}))
    assert "CERTIFICATE_VERIFY_FAILED" in unknown.calls[0].failure
    server_context.load_cert_chain(*made("other.example", authority).files(tmp_path, "other"))
    with tls_server(server_context, []) as base:
        other = call(f"https://{HOST}/", Network({HOST: base}, tls=trusting))
    assert "CERTIFICATE_VERIFY_FAILED" in other.calls[0].failure


def test_files_that_are_no_certificates_or_have_a_password_are_refused(tmp_path: Path) -> None:
    own = made("x", made("y"), rsa_key())
    certificate, key = own.files(tmp_path, "own", b"secret")
    (tmp_path / "text").write_text("no PEM")
    for files in (
        TlsFiles(authorities=str(tmp_path / "text")),
        TlsFiles(authorities=str(tmp_path / "missing")),
        TlsFiles(certificate=certificate, key=key),
        TlsFiles(certificate=certificate),
    ):
        with pytest.raises(AjoError) as caught:
            call(f"https://{HOST}/", Network({HOST: "https://localhost:1"}, tls=files))
        assert caught.value.code == "AJO705"


def test_a_server_that_never_shakes_hands_ends_with_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"https://localhost:{silent.getsockname()[1]}"
        exchange = call(f"https://{HOST}/", Network({HOST: base}), timeout_s=1)
    assert exchange.jo_status_code == "timedout"
    assert exchange.total_ms < 3000


def test_an_answer_of_ten_gigabytes_is_cut_and_the_rest_never_read(partner: Partner) -> None:
    began = time.monotonic()
    exchange = call(f"https://{HOST}/v1/endless", Network({HOST: partner.base}))
    assert exchange.answer is not None
    assert (exchange.answer.cut, exchange.jo_status_code) == (True, "http_200")
    assert len(exchange.answer.body) <= MAX_BODY_BYTES
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ["head_drips", "body_drips", "slow"])
def test_a_drip_ends_with_the_timeout(partner: Partner, name: str) -> None:
    exchange = call(f"https://{HOST}/v1/{name}", Network({HOST: partner.base}), timeout_s=1)
    assert exchange.jo_status_code == "timedout"
    assert 900 < exchange.total_ms < 3000


def test_a_head_without_an_end_is_given_up(partner: Partner) -> None:
    exchange = call(f"https://{HOST}/v1/endless_head", Network({HOST: partner.base}))
    assert exchange.jo_status_code == "internalError"
    assert exchange.total_ms < 5_000


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("endless", "internalError", "the answer is not JSON"),
        ("bomb", "internalError", "the answer is not JSON"),
        ("endless_head", "internalError", "gave no answer"),
        ("body_drips", "timedout", "gave no answer (timedout"),
        ("slow", "timedout", "gave no answer (timedout"),
        ("inside", "internalError", "from a host name to an IP address"),
    ],
)
def test_whatever_a_token_endpoint_does_is_an_outcome_in_time(
    partner: Partner, name: str, code: str, said: str
) -> None:
    subject = action(
        url=f"https://{HOST}/v1/ok",
        authentication={
            "type": "customAuthorization",
            "endpoint": f"https://{HOST}/v1/{name}",
            "method": "GET",
            "tokenInResponse": "json://token",
            "authorizationType": "bearer",
        },
    )
    with Caller(resolve, Network({HOST: partner.base})) as caller:
        exchange = caller.call(subject, {}, timeout_s=1)
    assert (exchange.jo_status_code, said in exchange.trouble) == (code, True), exchange.trouble
    assert [path for _, path, _, _ in partner.seen] == [f"/v1/{name}"]


def test_a_connection_that_was_closed_meanwhile_is_not_used_again(partner: Partner) -> None:
    with Caller(resolve, Network({HOST: partner.base})) as caller:
        seen = [
            caller.call(action(url=f"https://{HOST}/v1/{name}"), {}).jo_status_code
            for name in ("ok", "leaving", "ok")
        ]
    assert seen == ["http_200"] * 3
    assert len(partner.seen) == 3


def test_a_connection_that_stays_open_has_no_phases_of_connecting(partner: Partner) -> None:
    with Caller(resolve, Network({HOST: partner.base})) as caller:
        first, second = (caller.call(action(url=f"https://{HOST}/v1/ok"), {}).calls[0] for _ in range(2))
    assert first.timings.connect_ms is not None
    assert (second.timings.connect_ms, second.timings.lookup_ms) == (None, None)


def test_of_connections_to_many_hosts_the_oldest_is_closed_for_another(
    start_partner: Callable[[], Partner],
) -> None:
    partners = {f"partner{number}.example": start_partner() for number in range(5)}
    network = Network({host: partner.base for host, partner in partners.items()})
    with Caller(resolve, network) as caller:

        def connects(host: str) -> bool:
            exchange = caller.call(action(url=f"https://{host}/v1/ok"), {})
            return exchange.succeeded and exchange.calls[0].timings.connect_ms is not None

        assert all(map(connects, partners))
        assert [connects(f"partner{number}.example") for number in (4, 1, 0)] == [False, False, True]


@given(st.binary(max_size=5_000), st.integers(1, 600), st.sampled_from(["gzip", "deflate", "", "br"]))
def test_unpacking_gives_back_what_was_packed_in_bounded_pieces(raw: bytes, size: int, coding: str) -> None:
    packed = gzip.compress(raw) if coding == "gzip" else zlib.compress(raw) if coding == "deflate" else raw
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    found = list(decoded(iter(pieces), coding, 100))
    assert b"".join(found) == raw
    assert coding in ("", "br") or all(len(piece) <= 100 for piece in found)


@pytest.mark.parametrize("packed", [b"plain", gzip.compress(b"x" * 99)[:-4]], ids=["plain", "cut"])
def test_what_is_not_packed_as_it_says_is_not_taken_for_an_answer(packed: bytes) -> None:
    with pytest.raises(Undecodable):
        list(decoded(iter([packed]), "gzip", 100))


def test_no_library_logs_what_was_answered(partner: Partner, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    exchange = call(f"https://{HOST}/v1/echo", Network({HOST: partner.base}))
    assert exchange.succeeded
    assert SECRETS["partner/key"] in partner.seen[0][2]["x-key"]
    assert SECRETS["partner/key"] not in caplog.text
    logging.getLogger("httpcore.http11").debug("of somebody else")
    assert "of somebody else" in caplog.text


def test_several_threads_share_limits_and_tokens_and_have_connections_of_their_own(partner: Partner) -> None:
    runtime, network = Runtime(), Network({HOST: partner.base})

    def work() -> None:
        with Caller(resolve, network, runtime) as caller:
            codes.extend(
                caller.call(action(url=f"https://{HOST}/v1/ok"), {}).jo_status_code for _ in range(5)
            )

    codes: list[str] = []
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["http_200"] * 40


def test_only_the_hosts_of_the_definition_and_its_token_endpoint_are_asked_for(
    start_partner: Callable[[], Partner],
) -> None:
    partner = start_partner()
    partner.text = b"t-1"
    port = partner.base.rpartition(":")[2]
    names = Names(action_example=[["127.0.0.1"]], token_example=[["127.0.0.1"]])
    subject = action(
        url=f"http://action.example:{port}/v1/ok",
        authentication={
            "type": "customAuthorization",
            "endpoint": f"http://token.example:{port}/v1/token",
            "method": "GET",
            "tokenInResponse": "response",
            "authorizationType": "bearer",
        },
    )
    with Caller(resolve, Network(allowed=("127.0.0.1",), lookup=names)) as caller:
        assert caller.call(subject, {}).succeeded
    assert names.asked == ["token.example", "action.example"]
    assert [headers.get("authorization") for _, _, headers, _ in partner.seen] == [None, "Bearer t-1"]


def test_a_redirect_of_the_token_endpoint_carries_no_secret_along(
    start_partner: Callable[[], Partner],
) -> None:
    partner, other = start_partner(), start_partner()
    partner.location = "https://other.example/v1/ok"
    subject = action(
        authentication={
            "type": "customAuthorization",
            "endpoint": "https://login.example/v1/to",
            "method": "POST",
            "headers": {"X-Client": "${secret:partner/key}"},
            "body": {"bodyType": "form", "bodyParams": {"client_secret": "${secret:partner/password}"}},
            "tokenInResponse": "json://messageId",
            "authorizationType": "bearer",
        },
    )
    routes = {"login.example": partner.base, "other.example": other.base, HOST: other.base}
    with Caller(resolve, Network(routes)) as caller:
        assert caller.call(subject, {}).succeeded
    method, _, headers, body = other.seen[0]
    assert (method, body, "x-client" in headers) == ("GET", b"", False)
