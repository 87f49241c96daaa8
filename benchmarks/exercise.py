"""How many exercises a second does the caller sustain, as a share of what bare httpx reaches?

Both send the same request to the same endpoint on this machine, in a process of its own that answers at once,
over connections that stay open, in many short rounds of one run: each has both, the one that was last now
first, so that what else the machine does falls on both alike. The share is the median of the rounds' own. The
caller renders, counts against the cap, measures, masks, reads the answer and checks it against the
definition; httpx posts a text.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

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
    parser.add_argument("--calls", type=int, default=100, help="calls of each way in each round")
    parser.add_argument("--rounds", type=int, default=61, help="how often the two alternate")
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
    by_clock = [share.by_clock for share in shares]
    low, share, high = statistics.quantiles(by_clock, n=4)
    by_processor = statistics.median(each.by_processor for each in shares)
    kept = share >= FLOOR
    print(f"half of the rounds: {low:.0%} to {high:.0%}; by the processor's time: {by_processor:.0%}")
    print(f"share: {share:.0%} of bare httpx (at least {FLOOR:.0%}{'' if kept else ': MISSED'})")
    return 1 if options.floor and not kept else 0


class Taken(NamedTuple):
    """Seconds of a round: by the clock, and of the processor for this process alone."""

    clock: float
    processor: float


class Share(NamedTuple):
    """What the caller reached of what httpx reached in one round."""

    by_clock: float
    by_processor: float


def _measured(action: CustomAction, base: str, options: argparse.Namespace) -> list[Share]:
    ways = {"httpx": lambda: _httpx(action, base), "caller": _caller(action, base)}
    shares = []
    for turn in range(options.rounds):
        names = sorted(ways, reverse=bool(turn % 2))
        taken = {name: _taken(ways[name], options.calls, options.threads) for name in names}
        httpx_s, caller_s = taken["httpx"], taken["caller"]
        shares.append(Share(httpx_s.clock / caller_s.clock, httpx_s.processor / caller_s.processor))
        rates = "  ".join(f"{name} {options.calls / seconds.clock:7.0f}/s" for name, seconds in taken.items())
        print(f"{rates}  {shares[-1].by_clock:.0%}")
    return shares


def _taken(make: Callable[[], Callable[[], None]], calls: int, threads: int) -> Taken:
    """Return what `calls` take with as many clients as threads, all of them connected before."""
    ready = threading.Barrier(threads + 1)

    def work() -> None:
        one = make()
        for _ in range(10):
            one()
        ready.wait()
        for _ in range(calls // threads):
            one()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    ready.wait()
    began, processor = time.perf_counter(), time.process_time()
    for worker in workers:
        worker.join()
    return Taken(time.perf_counter() - began, time.process_time() - processor)


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
