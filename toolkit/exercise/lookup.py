"""Names of hosts become addresses, in time: the one wait that the system does not let anybody cut."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpcore

Lookup = Callable[[str, int, float], list[str]]
"""Gives the addresses of a host, for a port, within so many seconds; raises what ``httpcore`` raises."""

_Ask = Callable[..., list[Any]]


def system_lookup(host: str, port: int, seconds: float, ask: _Ask = socket.getaddrinfo) -> list[str]:
    """Return the addresses of a host as the system knows them; a lookup that takes too long is left alone.

    Raises ``httpcore.ConnectTimeout``, and ``httpcore.ConnectError`` for a name that is not known.
    """
    found: queue.SimpleQueue[list[str] | str] = queue.SimpleQueue()

    def answer() -> None:
        try:
            found.put([str(each[4][0]) for each in ask(host, port, type=socket.SOCK_STREAM)])
        except OSError as error:
            found.put(error.strerror or "no address")
        except UnicodeError:
            found.put("it is no host name")

    if _is_address(host):
        answer()
    else:
        threading.Thread(target=answer, name="lookup", daemon=True).start()
    try:
        result = found.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout("the host was not found in time") from None
    if isinstance(result, str):
        raise httpcore.ConnectError(f"the host is not known: {result}")
    return result


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
