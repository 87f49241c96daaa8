"""How many exercises a second does the caller sustain, as a share of what bare httpx reaches?

Both send the same request to the same endpoint on this machine, in a process of its own that answers at once,
over connections that stay open, alternating in one run. The caller renders, counts against the cap, measures,
masks, reads the answer and checks it against the definition; httpx posts a text.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import httpx

from toolkit.core.redact import Secret
from toolkit.exercise import render
from toolkit.exercise.caller import Caller, Network, Runtime
from toolkit.exercise.request import Fields
from toolkit.model.kinds import CustomAction, parse_definition

FLOOR = 0.6
"""The least share of bare httpx that is promised."""

_SERVER = r"""
import asyncio

BODY = b'{"messageId":"m-1","points":12,"offers":[{"code":"A"},{"code":"B"}]}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY

class Answering(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.held = transport, b""

    def data_received(self, data):
        self.held += data
        head, end, rest = self.held.partition(b"\r\n\r\n")
        if end:
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            if len(rest) >= length:
                self.held = b""
                self.transport.write(ANSWER)

async def main():
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""

_DEFINITION = {
    "$schema": "x",
    "formatVersion": 1,
    "kind": "CustomAction",
    "name": "Welcome",
    "endpoint": {
        "method": "POST",
        "url": "https://partner.example/v1/messages",
        "headers": {"X-Locale": {"$variable": "Locale"}},
        "query": {"source": "journey"},
    },
    "authentication": {
        "type": "apiKey",
        "name": "X-Api-Key",
        "value": "${secret:partner/key}",
        "location": "header",
    },
    "request": {
        "template": "welcome",
        "recipient": {"id": {"$variable": "Id"}, "joined": {"$variable": "Joined", "$type": "dateOnly"}},
        "products": {
            "$variable": "Products",
            "$items": {"id": {"$variable": "Id"}, "price": {"$variable": "Price", "$type": "decimal"}},
        },
    },
    "response": {"messageId": "string", "points": "integer", "offers": [{"code": "string"}]},
}
_VALUES = {
    "recipient.id": "4711",
    "recipient.joined": "2026-01-31",
    "header:X-Locale": "de",
    "products": [{"id": "a", "price": 2}, {"id": "b", "price": 3}],
}
_KEY = Secret("a-key-of-thirty-two-characters-x")


def main() -> int:
    """Measure, print, and tell whether the floor holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300, help="calls of each way in each round")
    parser.add_argument("--rounds", type=int, default=25, help="how often the two alternate")
    parser.add_argument("--threads", type=int, default=1, help="how many at once, each with a client")
    parser.add_argument("--floor", action="store_true", help=f"exit with 1 below {FLOOR:.0%}")
    options = parser.parse_args()
    action = parse_definition(_DEFINITION).definition
    assert isinstance(action, CustomAction)
    with subprocess.Popen([sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            base = f"http://127.0.0.1:{int(server.stdout.readline())}"
            shares = _measured(action, base, options)
        finally:
            server.terminate()
    share = statistics.median(shares)
    kept = share >= FLOOR
    print(f"share: {share:.0%} of bare httpx (at least {FLOOR:.0%}{'' if kept else ': MISSED'})")
    return 1 if options.floor and not kept else 0


def _measured(action: CustomAction, base: str, options: argparse.Namespace) -> list[float]:
    ways = {"httpx": lambda: _httpx(action, base), "caller": _caller(action, base)}
    for make in ways.values():
        _rate(make, 200, options.threads)
    shares = []
    for _ in range(options.rounds):
        rates = {name: _rate(make, options.calls, options.threads) for name, make in ways.items()}
        shares.append(rates["caller"] / rates["httpx"])
        print("  ".join(f"{name} {rate:7.0f}/s" for name, rate in rates.items()) + f"  {shares[-1]:.0%}")
    return shares


def _rate(make: Callable[[], Callable[[], None]], calls: int, threads: int) -> float:
    """Return calls a second, with as many clients as threads."""

    def work() -> None:
        one = make()
        for _ in range(calls // threads):
            one()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return calls / (time.perf_counter() - began)


def _httpx(action: CustomAction, base: str) -> Callable[[], None]:
    request = render(action, _VALUES).request
    assert not isinstance(request.body, Fields)
    body, url = (request.body or "").encode(), f"{base}/v1/messages?source=journey"
    headers = {"X-Locale": "de", "X-Api-Key": _KEY.reveal(), "Content-Type": "application/json"}
    client = httpx.Client(verify=False)

    def one() -> None:
        if client.post(url, content=body, headers=headers).json()["messageId"] != "m-1":
            raise SystemExit("a wrong answer")

    return one


def _caller(action: CustomAction, base: str) -> Callable[[], Callable[[], None]]:
    network, runtime = Network({"partner.example": base}), Runtime()

    def make() -> Callable[[], None]:
        caller = Caller(lambda _: _KEY, network, runtime)

        def one() -> None:
            exchange = caller.call(action, _VALUES)
            if exchange.view["@action{Welcome.messageId}"] != "m-1" or exchange.deviations:
                raise SystemExit(f"a wrong exchange: {exchange}")

        return one

    return make


if __name__ == "__main__":
    sys.exit(main())
