"""A certificate credential: the assertion is signed with a key of the user's, and a server checks it."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.emulator.partners.conftest import NOW
from tests.exercise.authority import Signed, made, rsa_key
from tests.exercise.conftest import Bench
from tests.exercise.samples import action
from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK
from toolkit.exercise.caller import Runtime
from toolkit.exercise.certificate import read_certificate
from toolkit.exercise.token import Certificate

SUBJECT = action(
    {"a": 1},
    url="https://example.com/v2/messages",
    authentication={
        "type": "customAuthorization",
        "subType": "certificateCredential",
        "aud": "https://example.com/oauth2/token",
        "endpoint": "https://example.com/oauth2/token",
        "method": "POST",
        "body": {
            "bodyType": "form",
            "bodyParams": {"grant_type": "client_credentials", "client_id": "acme", "scope": "a b"},
        },
        "tokenInResponse": "json://access_token",
        "authorizationType": "bearer",
    },
)


@pytest.fixture
def signed() -> Signed:
    return made("journeys of a test", made("authority"), rsa_key())


def read(signed: Signed, folder: Path) -> Certificate:
    certificate, key = signed.files(folder, "own")
    return read_certificate(Path(certificate).read_bytes(), Path(key).read_bytes())


def at_the_time_of_the_stand_in(certificate: Certificate | None) -> Runtime:
    runtime = Runtime(certificate=certificate)
    runtime.wall = lambda: NOW
    return runtime


def test_a_server_that_knows_the_key_takes_the_assertion(
    bench: Bench, signed: Signed, tmp_path: Path
) -> None:
    numbers = rsa_key().public_key().public_numbers()
    jwk = {"kty": "RSA", "n": encoded(numbers.n.to_bytes(256)), "e": encoded(numbers.e.to_bytes(3))}
    assert bench.stage.admin("keys", {"client": "acme", "key": jwk}).json() == {"registered": True}
    bench.runtime = at_the_time_of_the_stand_in(read(signed, tmp_path))
    exchange = bench.call(SUBJECT)
    assert exchange.succeeded, exchange
    sent = exchange.calls[0].request.body or ""
    assert f"client_assertion={MASK}" in sent
    assert "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer" in sent


def test_a_server_that_knows_another_key_refuses_it(bench: Bench, signed: Signed, tmp_path: Path) -> None:
    numbers = rsa_key().public_key().public_numbers()
    jwk = {"kty": "RSA", "n": encoded((numbers.n + 2).to_bytes(256)), "e": encoded(numbers.e.to_bytes(3))}
    bench.stage.admin("keys", {"client": "acme", "key": jwk})
    bench.runtime = at_the_time_of_the_stand_in(read(signed, tmp_path))
    assert "answered 401" in bench.call(SUBJECT).trouble


def test_an_assertion_says_who_for_whom_until_when_and_names_the_certificate(
    bench: Bench, signed: Signed, tmp_path: Path
) -> None:
    certificate = read(signed, tmp_path)
    texts: list[bytes] = []

    def noted(data: bytes) -> bytes:
        texts.append(data)
        return certificate.sign(data)

    bench.runtime = at_the_time_of_the_stand_in(Certificate(noted, certificate.sha1, certificate.sha256))
    bench.runtime.new_id = iter(["first", "second"]).__next__
    assert bench.call(SUBJECT).succeeded
    (text,) = texts
    header, claims = (json.loads(decoded(part)) for part in text.decode().split("."))
    der = signed.certificate.public_bytes(serialization.Encoding.DER)
    assert header == {
        "alg": "RS256",
        "typ": "JWT",
        "x5t": encoded(hashlib.sha1(der).digest()),
        "x5t#S256": encoded(hashlib.sha256(der).digest()),
    }
    assert claims == {
        "aud": "https://example.com/oauth2/token",
        "iss": "acme",
        "sub": "acme",
        "jti": "first",
        "nbf": int(NOW),
        "iat": int(NOW),
        "exp": int(NOW) + 300,
    }


def test_without_a_certificate_the_settings_are_told_before_anything_is_sent(bench: Bench) -> None:
    with pytest.raises(AjoError) as caught:
        bench.call(SUBJECT)
    assert caught.value.code == "AJO703"
    assert bench.requests() == []


@pytest.mark.parametrize("case", ["not PEM", "another key", "no RSA key", "a password"])
def test_a_certificate_or_key_that_can_not_sign_is_refused(signed: Signed, tmp_path: Path, case: str) -> None:
    certificate, key = (Path(file).read_bytes() for file in signed.files(tmp_path, "own"))
    other = made("other", made("authority"))
    wrong: dict[str, Any] = {
        "not PEM": (b"text", key),
        "another key": (certificate, Path(other.files(tmp_path, "other")[1]).read_bytes()),
        "no RSA key": tuple(Path(file).read_bytes() for file in other.files(tmp_path, "ec")),
        "a password": (certificate, Path(signed.files(tmp_path, "locked", b"secret")[1]).read_bytes()),
    }
    with pytest.raises(AjoError) as caught:
        read_certificate(*wrong[case])
    assert caught.value.code == "AJO705"
    assert "secret" not in caught.value.message


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
