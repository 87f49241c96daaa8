"""Work is shared with copies of a process that has one thread; whatever becomes of them, it is done once."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from toolkit.app.forks import can_fork

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="made where threads are told")

SCRIPT = """
import os, signal, sys, time
from toolkit.app.crew import Crew, share
from toolkit.app.forks import can_fork, share_with_forks
assert can_fork()
original = os.getpid()
{body}
"""
SLOW = """
def work(number):
    time.sleep(0.002)
    return [number, os.getpid()]
"""


def printed(body: str) -> str:
    """Return what a process of its own prints, which has one thread as a test's has not."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT.format(body=body)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


def test_copies_take_their_share_and_every_piece_is_done_in_order() -> None:
    said = printed(f"""{SLOW}
done = share(range(300), work, Crew(2, "no.such.module", None))
print([number for number, _ in done] == list(range(300)), len({{process for _, process in done}}))
""")
    assert said == "True 3\n"


def test_what_a_copy_that_dies_has_taken_is_done_here() -> None:
    said = printed(f"""{SLOW}
def deadly(number):
    if os.getpid() != original:
        os.kill(os.getpid(), signal.SIGKILL)
    return work(number)
done = share(range(50), deadly, Crew(2, "no.such.module", None))
print([number for number, _ in done] == list(range(50)), {{process for _, process in done}} == {{original}})
""")
    assert said == "True True\n"


def test_what_a_copy_prints_or_raises_reaches_nobody() -> None:
    said = printed(f"""{SLOW}
print("once", end=" ")
def failing(number):
    if os.getpid() != original:
        raise ValueError("not here")
    return work(number)
print(len(share(range(50), failing, Crew(2, "no.such.module", None))))
""")
    assert said == "once 50\n"


def test_what_fails_here_is_raised_here_and_leaves_no_copy_behind() -> None:
    said = printed(f"""{SLOW}
def failing(number):
    if os.getpid() == original:
        raise ValueError(number)
    time.sleep(60)
try:
    share(range(3), failing, Crew(1, "no.such.module", None))
except ValueError:
    print("raised", end=" ")
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("alone")
""")
    assert said == "raised alone\n"


def test_a_process_with_another_thread_is_not_copied() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert not can_fork()
    finally:
        done.set()
        other.join()
