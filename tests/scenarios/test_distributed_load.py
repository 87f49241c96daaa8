"""Load from several processes: led by one, told of when one dies, ended by Ctrl-C, with few secrets."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable

import psutil
import pytest

from tests.cli.test_load import FAST, ONE, door, hello, lead
from tests.exercise.conftest import Partner, partner, start_partner
from tests.scenarios.desk import Desk

__all__ = ["partner", "start_partner"]

PATIENCE_S = 60
SECRETS = {"AJO_SECRET_EXAMPLE_KEY": "the-key-of-example", "AJO_SECRET_OTHER": "the-secret-of-others"}


@pytest.fixture
def ours(desk: Desk, partner: Partner) -> Desk:
    hello(desk, "/v1/ok")
    lead(desk, {"example.com": partner.base}, load=f"hosts = [{door(partner.base)}]", secrets="environment")
    return desk


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def test_a_master_leads_two_workers_that_were_started_on_their_own(ours: Desk, partner: Partner) -> None:
    master = ours.start(
        *("load", "Hello", "--master", "--expect-workers", "2", "--master-bind-port", "0"),
        *("--users", "4", "--requests", "51", *FAST),
    )
    assert master.stderr is not None
    found = re.search(r"Waiting for 2 workers at 127\.0\.0\.1:(\d+)", master.stderr.readline())
    assert found is not None
    environment = ours.environment(**SECRETS)
    workers = [
        ours.start("load", "Hello", "--worker", "--master-port", found[1], *ONE, env=environment)
        for _ in range(2)
    ]
    code, out, err = ended(master)
    assert (code, "Hello: 51 exercises" in out, "2 processes" in out) == (0, True, True), out + err
    parts = [ended(worker) for worker in workers]
    assert [part[0] for part in parts] == [0, 0], parts
    counts = [int(re.search(r"Hello: (\d+) exercises", part[1])[1]) for part in parts]  # type: ignore[index]
    assert (sorted(counts), len(partner.seen)) == ([25, 26], 51)


def test_a_worker_whose_settings_do_not_list_the_host_refuses(
    ours: Desk, partner: Partner, start_partner: Callable[[], Partner]
) -> None:
    lead(ours, {"example.com": partner.base}, load='hosts = ["example.com"]', secrets="environment")
    ran = ours.process("load", "Hello", "--worker", *ONE, env=ours.environment(**SECRETS))
    assert (ran.exit, "AJO750" in ran.err, partner.seen) == (6, True, [])


def test_a_worker_that_dies_is_told_of_and_each_process_has_only_the_secrets_it_needs(
    ours: Desk, partner: Partner
) -> None:
    process = ours.start(
        *("load", "Hello", *ONE, "--workers", "2", "--users", "2", "--spawn-rate", "100"),
        *("--rate", "20", "--requests", "400", "--run-time", "60s"),
        env=ours.environment(**SECRETS),
    )
    assert partner.first.wait(PATIENCE_S)
    leader, *workers = sorted(
        psutil.Process(process.pid).children(), key=lambda one: (one.create_time(), one.pid)
    )
    for one in (leader, *workers):
        told = f"{one.cmdline()}" + "".join(f"{pair}" for pair in one.environ().items())
        assert ("the-key-of-example" in told, "the-secret-of-others" in told) == (one is not leader, False)
        assert "the-key-of-example" not in str(one.cmdline())
    workers[1].kill()
    code, out, err = ended(process)
    assert code == 5, out + err
    assert re.search(r"worker \d of 2 was lost", err)
    assert "1 of 2 workers were lost" in out
    assert "Traceback" not in out + err


def test_ctrl_c_ends_a_load_with_its_account(ours: Desk, partner: Partner) -> None:
    process = ours.start(
        *("load", "Hello", *ONE, "--rate", "0.01", "--run-time", "60s"), env=ours.environment(**SECRETS)
    )
    assert partner.first.wait(PATIENCE_S)
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)
    assert (code, "Traceback" in out + err) == (130, False), out + err
    assert "Hello: 1 exercise in" in out
    assert "interrupted" in out
    assert len(partner.seen) == 1
