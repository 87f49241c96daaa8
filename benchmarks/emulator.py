"""How does the emulator carry 10,000 actions and 1,000 journeys, and how many reads a second does it answer?

The last page against the first one, measured in turn, so that a busy machine slows both; reads by two clients
in processes of their own, on sockets that stay open.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from toolkit.emulator import RunningEmulator, start_emulator

ACTIONS, JOURNEYS, PAGE = 10_000, 1_000, 100
CLIENTS, READS, BURSTS = 2, 3_000, 3

_CLIENT = """
import socket, sys
host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
requests = [bytes.fromhex(line) for line in sys.stdin]
link = socket.create_connection((host, port))
link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for number in range(count):
    link.sendall(requests[number % len(requests)])
    answer = b""
    while b"\\r\\n\\r\\n" not in answer:
        answer += link.recv(65536)
    head, _, body = answer.partition(b"\\r\\n\\r\\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0])
    while len(body) < length:
        body += link.recv(65536)
"""


class Client:
    """One connection that stays open."""

    def __init__(self, running: RunningEmulator) -> None:
        self.address = urlsplit(running.base_url)
        self.link = http.client.HTTPConnection(self.address.netloc)
        form = {
            "grant_type": "client_credentials",
            "client_id": running.client_id,
            "client_secret": running.client_secret,
            "scope": "openid",
        }
        token = self.ask("POST", "/ims/token/v3", urlencode(form), "application/x-www-form-urlencoded")
        self.headers = {
            "Host": self.address.netloc,
            "Authorization": f"Bearer {token['access_token']}",
            "x-api-key": running.client_id,
            "x-gw-ims-org-id": running.organisation,
            "x-sandbox-name": "dev",
        }

    def ask(
        self, method: str, path: str, body: str = "", media: str = "application/json", **more: str
    ) -> dict:
        """Send a request, and return what came back."""
        headers = {**getattr(self, "headers", {}), "Content-Type": media, **more}
        self.link.request(method, path, body, headers)
        answer = self.link.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {content[:300]!r}")
        return json.loads(content)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=15, help="how often each page is asked for")
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {ACTIONS} actions, {JOURNEYS} journeys"
    )
    with start_emulator() as running:
        client = Client(running)
        began = time.perf_counter()
        amounts = {"sandbox": "dev", "actions": ACTIONS, "cappings": 0, "journeys": JOURNEYS}
        token = {"x-emulator-admin-token": running.admin_token}
        client.ask("POST", "/_admin/seed", json.dumps(amounts), **token)
        print(f"seeded in {time.perf_counter() - began:.1f} s")
        for name, page, last in (
            ("actions", lambda number: _actions(client, number), ACTIONS // PAGE - 1),
            ("journeys", lambda number: _journeys(client, number), JOURNEYS // PAGE - 1),
        ):
            _pages(name, page, last, options.repetitions)
        uids = [action["uid"] for number in range(3) for action in _actions(client, number)["results"]]
        for name, wanted in (("one action", uids[-1:]), (f"{len(uids)} actions in turn", uids)):
            _reads(client, name, wanted)


def _actions(client: Client, number: int) -> dict:
    paging = {"x-vyg-query-page": str(number), "x-vyg-query-pagesize": str(PAGE)}
    return client.ask("POST", "/journey/orchestration/list/actions", "{}", **paging)


def _journeys(client: Client, number: int) -> dict:
    return client.ask("GET", f"/ajo/journey?page={number}&pageSize={PAGE}")


def _pages(name: str, page: Callable[[int], dict], last: int, repetitions: int) -> None:
    times: dict[int, list[float]] = {0: [], last: []}
    for _ in range(repetitions):
        for number, taken in times.items():
            began = time.perf_counter()
            assert len(page(number)["results"]) == PAGE
            taken.append(time.perf_counter() - began)
    first, final = (statistics.median(taken) * 1000 for taken in times.values())
    print(f"{name}: first page {first:.1f} ms, last page {final:.1f} ms, {final / first:.2f} times as long")


def _reads(client: Client, what: str, uids: list[str]) -> None:
    """Several bursts, each with clients of its own; their start counts, so the truth is a little better."""
    address = [str(client.address.hostname), str(client.address.port)]
    command = [sys.executable, "-c", _CLIENT, *address, str(READS)]
    count, walls, cpus = CLIENTS * READS, [], []
    with tempfile.TemporaryDirectory() as folder:
        requests = Path(folder) / "requests"
        requests.write_text("\n".join(_request(client, uid).hex() for uid in uids))
        for _ in range(BURSTS):
            began, used = time.perf_counter(), time.process_time()
            clients = [_client(command, requests) for _ in range(CLIENTS)]
            if any(process.wait() for process in clients):
                raise SystemExit("a client failed")
            walls.append(time.perf_counter() - began)
            cpus.append(time.process_time() - used)
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    print(f"reads of {what}: {count / wall:.0f} a second, {count / cpu:.0f} a second a processor second")


def _client(command: list[str], requests: Path) -> subprocess.Popen[bytes]:
    with requests.open("rb") as own:
        return subprocess.Popen(command, stdin=own)


def _request(client: Client, uid: str) -> bytes:
    lines = [f"GET /journey/orchestration/actions/{uid} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in client.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


if __name__ == "__main__":
    main()
