"""Clients that share no code with this project and know a root URL, credentials and nothing else."""

from __future__ import annotations

import http.client
import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

from toolkit.emulator import RunningEmulator

EXAMPLE = ("requestBody", "content", "application/json", "examples", "typical", "value")
HOSTS = ["127.0.0.1", "localhost"]


class Urllib:
    """Reads the OpenAPI document and calls operations by their ids."""

    def __init__(self, root: str, client_id: str, client_secret: str) -> None:
        self.root = root
        self.headers: dict[str, str] = {}
        self.document = self.send("GET", "/openapi.json")[1]
        self.operations = {
            described["operationId"]: (method.upper(), path, described)
            for path, methods in self.document["paths"].items()
            for method, described in methods.items()
            if method != "parameters"
        }
        self.key, self.secret = client_id, client_secret

    def enter(self, organisation: str, sandbox: str) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.key,
            "client_secret": self.secret,
            "scope": "openid",
        }
        token = self.send("POST", self.operations["token"][1], urllib.parse.urlencode(form).encode())[1]
        self.headers = {
            "Authorization": f"Bearer {token['access_token']}",
            "X-Api-Key": self.key,
            "X-Gw-Ims-Org-Id": organisation,
            "X-Sandbox-Name": sandbox,
            "Content-Type": "application/json",
        }

    def send(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        request = urllib.request.Request(self.root + path, body, self.headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                content = answer.read()
                return answer.status, json.loads(content) if content else None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def call(self, name: str, uid: str = "", body: Any = None, query: str = "") -> tuple[int, Any]:
        method, path, _ = self.operations[name]
        content = None if body is None else json.dumps(body).encode()
        return self.send(method, path.replace("{uid}", uid) + query, content)

    def follow(self, name: str, link: str, answer: Any, body: Any = None) -> tuple[int, Any]:
        """Call the operation that a link of `name`'s answer leads to."""
        described = self.operations[name][2]["responses"]["200"]["links"][link]
        pointer = described["parameters"]["uid"].removeprefix("$response.body#/")
        return self.call(described["operationId"], answer[pointer], body)

    def example_of(self, name: str) -> Any:
        found = self.operations[name][2]
        for key in EXAMPLE:
            found = found[key]
        return found


@pytest.fixture
def plain(shared_emulator: RunningEmulator, free_sandboxes: list[str]) -> Urllib:
    client = Urllib(shared_emulator.ims_url, shared_emulator.client_id, shared_emulator.client_secret)
    client.enter(shared_emulator.organisation, free_sandboxes.pop())
    return client


@pytest.mark.parametrize("name", ["EndpointConfig", "Action"])
def test_a_life_is_led_by_following_the_documents_links(plain: Urllib, name: str) -> None:
    example = plain.example_of(f"create{name}")
    status, made = plain.call(f"create{name}", body=example)
    assert (status, made["resStatus"]) == (200, "created")
    status, updated = plain.follow(f"create{name}", "update", made, {**example, "description": "again"})
    assert (status, updated["resStatus"]) == (200, "updated")
    assert plain.follow(f"create{name}", "get", made)[1]["result"] == updated["updatedElement"]
    assert plain.follow(f"create{name}", "delete", made)[0] == 200
    assert plain.follow(f"create{name}", "get", made)[0] == 404


def test_a_limit_is_deployed_and_undeployed_by_links(plain: Urllib) -> None:
    made = plain.call("createEndpointConfig", body=plain.example_of("createEndpointConfig"))[1]
    assert plain.follow("createEndpointConfig", "check", made)[1]["canDeploy"]["validationStatus"] == "ok"
    assert plain.follow("createEndpointConfig", "deploy", made) == (204, None)
    assert plain.follow("createEndpointConfig", "delete", made)[0] == 500
    assert plain.follow("createEndpointConfig", "undeploy", made) == (204, None)
    assert plain.follow("createEndpointConfig", "delete", made) == (200, {})


def test_every_link_leads_to_an_operation(plain: Urllib) -> None:
    links = [
        link["operationId"]
        for _, _, described in plain.operations.values()
        for answer in described["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert links
    assert set(links) <= set(plain.operations)


def test_http_client_reads_lists_and_journeys(plain: Urllib) -> None:
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(plain.root).netloc)
    for name, body in (("listActions", "{}"), ("listEndpointConfigs", "{}"), ("listJourneys", None)):
        method, path, _ = plain.operations[name]
        connection.request(method, path, body, plain.headers)
        answer = connection.getresponse()
        assert (answer.status, type(json.loads(answer.read())["results"])) == (200, list)
    connection.close()


@pytest.mark.parametrize("host", HOSTS)
def test_bytes_on_a_socket_are_enough(shared_emulator: RunningEmulator, host: str) -> None:
    port = urllib.parse.urlsplit(shared_emulator.ims_url).port
    body = urllib.parse.urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": shared_emulator.client_id,
            "client_secret": shared_emulator.client_secret,
            "scope": "openid",
        }
    )
    request = (
        f"POST /ims/token/v3 HTTP/1.1\r\nhost: {host}:{port}\r\n"
        "CONTENT-TYPE: application/x-www-form-urlencoded\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}"
    )
    with socket.create_connection(("127.0.0.1", port or 0), timeout=10) as connection:
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(content)["token_type"] == "bearer"


def test_a_request_of_http_1_0_is_answered(shared_emulator: RunningEmulator) -> None:
    port = urllib.parse.urlsplit(shared_emulator.ims_url).port
    with socket.create_connection(("127.0.0.1", port or 0), timeout=10) as connection:
        connection.sendall(b"GET /openapi.json HTTP/1.0\r\nHost: localhost\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == b"200"
    assert json.loads(content)["openapi"] == "3.1.0"


def test_requests_are_answered_one_after_another_on_one_connection(plain: Urllib) -> None:
    lines = "\r\n".join(f"{name}: {value}" for name, value in plain.headers.items())
    asked = f"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n\r\n"
    last = asked.replace("Host:", "Connection: close\r\nHost:")
    url = urllib.parse.urlsplit(plain.root)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as connection:
        connection.sendall((asked + asked + last).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 200 OK") == 3
