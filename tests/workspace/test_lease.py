"""A lease on a git remote: exactly one has it, it ends by itself, whoever lost it knows before writing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.runner import git
from tests.workspace.leasing import DURATION, NOON, REFERENCE, Place, asked, bare_with_a_commit
from toolkit.core.codes import Exit
from toolkit.core.errors import AjoError
from toolkit.workspace.holder import Holder
from toolkit.workspace.lease import GRACE, PAUSE, Terms, place_of, read_terms, take


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return bare_with_a_commit(tmp_path)


def test_a_lease_says_on_the_remote_who_holds_what_since_when_until_when_at_which_commit(
    place: Place,
) -> None:
    lease = place.take("one")
    told = json.loads(git(place.bare, "cat-file", "blob", REFERENCE))
    assert told["formatVersion"] == 1
    assert (told["target"], told["commit"], told["until"]) == ("prod", "c0ffee", "2026-11-25T12:15:00+00:00")
    assert told["holder"] == {
        "pid": 7,
        "user": "ann",
        "host": "ci-1",
        "place": "https://ci.example/one",
        "command": "ajo sync",
        "since": "2026-11-25 11:59:58 UTC",
    }
    lease.require()


def test_a_lease_that_is_held_is_refused_with_its_holder_and_its_end(place: Place) -> None:
    place.take("one")
    before = place.there()
    error = place.refused("two")
    assert (error.code, error.exit) == ("AJO624", Exit.REFUSED)
    assert (
        "target prod is leased by process 7 of ann on ci-1 in https://ci.example/one since" in error.message
    )
    assert error.message.endswith("until 2026-11-25 12:15:00 UTC")
    assert f"`git push origin :{REFERENCE}`" in error.fix
    assert place.there() == before


def test_a_lease_that_was_given_back_is_gone_and_can_be_taken(place: Place) -> None:
    assert place.take("one").release() == ""
    assert place.there() == ""
    assert place.take("two").taken_over is None


def test_targets_have_leases_of_their_own_whatever_their_names(place: Place) -> None:
    place.take("one")
    take(place.remote("two"), replace(asked("two"), target="prod/eu west"), place.clock)
    names = git(place.bare, "for-each-ref", "--format=%(refname)", "refs/ajo").splitlines()
    assert names == [REFERENCE, f"{REFERENCE}%2Feu%20west"]


def test_an_ended_lease_is_taken_over_once_no_clock_can_think_it_runs(place: Place) -> None:
    place.take("one")
    place.clock.at = NOON + DURATION + GRACE - timedelta(seconds=1)
    assert place.refused("two").code == "AJO624"
    place.clock.pass_by(seconds=1)
    lease = place.take("two")
    assert lease.taken_over
    assert str(lease.taken_over).startswith("process 7 of ann on ci-1 in https://ci.example/one since")
    assert place.terms().holder.place == "https://ci.example/two"


def test_whoever_lost_a_lease_may_not_write_any_more_and_is_told_to_whom(place: Place) -> None:
    lost = place.take("one")
    place.clock.at = NOON + DURATION + GRACE
    place.take("two")
    lost.keep()
    with pytest.raises(AjoError) as caught:
        lost.require()
    assert (caught.value.code, caught.value.exit) == ("AJO626", Exit.PLATFORM)
    assert "the lease of target prod is lost: it is held by process 7 of ann" in caught.value.message
    assert "https://ci.example/two" in caught.value.message
    place.clock.at = NOON
    lost.keep()
    with pytest.raises(AjoError):
        lost.require()
    assert lost.release() == ""
    assert place.terms().holder.place == "https://ci.example/two"


def test_a_lease_that_others_took_and_gave_back_is_lost_too(place: Place) -> None:
    lost = place.take("one")
    place.clock.at = NOON + DURATION + GRACE
    place.take("two").release()
    lost.keep()
    with pytest.raises(AjoError, match="somebody else took it or gave it back"):
        lost.require()
    assert place.there() == ""


def test_a_lease_is_renewed_when_a_third_of_its_time_is_over_and_not_before(place: Place) -> None:
    lease = place.take("one")
    first = place.there()
    place.clock.at = NOON + DURATION / 3 - timedelta(seconds=1)
    lease.keep()
    assert place.there() == first
    place.clock.pass_by(seconds=1)
    lease.keep()
    assert place.terms().until == NOON + DURATION / 3 + DURATION
    place.clock.at = NOON + DURATION + GRACE
    lease.require()
    assert place.refused("two").code == "AJO624"
    assert lease.release() == ""
    assert place.there() == ""


def test_a_lease_that_ended_and_that_nobody_took_goes_on(place: Place) -> None:
    lease = place.take("one")
    place.clock.at = NOON + DURATION
    with pytest.raises(AjoError, match="it ended at 2026-11-25 12:15:00 UTC"):
        lease.require()
    lease.keep()
    lease.require()
    assert place.terms().until == NOON + 2 * DURATION


def test_a_remote_that_is_away_ends_a_lease_only_at_its_end(place: Place) -> None:
    lease = place.take("one")
    place.bare.rename(place.top / "away")
    place.clock.at = NOON + DURATION / 2
    lease.keep()
    lease.require()
    place.clock.at = NOON + DURATION
    with pytest.raises(AjoError, match=r"could not be renewed: .*does not appear") as lost:
        lease.require()
    assert lost.value.code == "AJO626"
    assert "could not be given back" in lease.release()
    (place.top / "away").rename(place.bare)
    lease.keep()
    lease.require()


def test_a_renewal_that_failed_is_not_tried_for_each_write(place: Place) -> None:
    lease = place.take("one")
    place.bare.rename(place.top / "away")
    place.clock.at = NOON + DURATION / 2
    lease.keep()
    (place.top / "away").rename(place.bare)
    first = place.there()
    place.clock.at = NOON + DURATION / 2 + PAUSE - timedelta(seconds=1)
    lease.keep()
    assert place.there() == first
    place.clock.pass_by(seconds=1)
    lease.keep()
    assert place.there() != first


def test_a_remote_that_is_away_gives_no_lease(place: Place) -> None:
    place.clone("one")
    place.bare.rename(place.top / "away")
    error = place.refused("one")
    assert (error.code, error.exit) == ("AJO625", Exit.PLATFORM)
    assert error.message.startswith(f"{REFERENCE} of remote origin: ")
    assert "does not appear to be a git repository" in error.message


def test_a_remote_that_refuses_such_references_is_named_with_its_own_words(place: Place) -> None:
    place.hook("update", 'case "$1" in refs/ajo/*) echo "only branches, please" >&2; exit 1;; esac')
    error = place.refused("one")
    assert error.code == "AJO625"
    assert "[remote rejected] " in error.message
    assert "hook declined" in error.message
    assert place.there() == ""


def test_a_lease_that_can_not_be_renewed_for_lack_of_leave_holds_until_its_end(place: Place) -> None:
    lease = place.take("one")
    place.hook("update", "exit 1")
    place.clock.at = NOON + DURATION / 2
    lease.keep()
    lease.require()
    assert "could not be given back" in lease.release()
    place.clock.at = NOON + DURATION
    lease.keep()
    with pytest.raises(AjoError, match=r"could not be renewed: .*hook declined"):
        lease.require()


def test_what_is_no_remote_of_the_clone_is_not_taken_for_a_folder(place: Place) -> None:
    trap = place.clone("one") / "trap"
    git(place.top, "init", "--quiet", "--bare", str(trap))
    (trap / "hooks/pre-receive").write_text(f"#!/bin/sh\ntouch {place.top}/spied\n")
    (trap / "hooks/pre-receive").chmod(0o755)
    with pytest.raises(AjoError, match="this clone has no remote trap; it has origin") as caught:
        take(place.remote("one", "trap"), asked("one"), place.clock)
    assert caught.value.code == "AJO625"
    assert not (place.top / "spied").exists()


@pytest.mark.parametrize("password", ["CANARY", "CANARY/s@d", "%2FCANARY"])
def test_a_password_in_the_address_of_a_remote_is_not_shown(place: Place, password: str) -> None:
    git(place.clone("one"), "remote", "set-url", "origin", f"http://ann:{password}@127.0.0.1:9/x.git")
    error = place.refused("one")
    assert error.code == "AJO625"
    assert "CANARY" not in error.message


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"formatVersion": 2}',
        Terms("prod", asked("x").holder, "", NOON, "n").text().replace("12:00", "noon"),
        Terms("prod", asked("x").holder, "", NOON, "n").text().replace("+00:00", ""),
        Terms("prod", asked("x").holder, "", NOON, "n").text().replace('"pid": 7', '"pid": "7"'),
    ],
)
def test_what_is_no_lease_is_left_and_told(place: Place, content: str) -> None:
    file = place.top / "file"
    file.write_text(content)
    object_id = git(place.bare, "hash-object", "-w", str(file))
    git(place.bare, "update-ref", REFERENCE, object_id)
    error = place.refused("one")
    assert (error.code, "is no lease that can be read" in error.message) == ("AJO625", True)
    assert place.there() == object_id


def test_a_commit_in_the_place_of_a_lease_is_left_and_told(place: Place) -> None:
    git(place.bare, "update-ref", REFERENCE, "refs/heads/main")
    assert "is no lease that can be read" in place.refused("one").message


def test_a_shallow_clone_takes_renews_and_gives_back(place: Place) -> None:
    place.clone("one", "--depth", "1")
    assert place.remote("one").repository.is_shallow
    lease = place.take("one")
    place.clone("two", "--depth", "1")
    assert place.refused("two").code == "AJO624"
    place.clock.at = NOON + DURATION / 2
    lease.keep()
    assert place.terms().until == NOON + DURATION * 3 / 2
    assert lease.release() == ""
    assert place.there() == ""


def losing(place: Place, which: str) -> dict[str, str]:
    """An environment in which git says that a push failed that was carried out."""
    fake = place.top / "bin/git"
    fake.parent.mkdir(exist_ok=True)
    real = shutil.which("git")
    fake.write_text(f'#!/bin/sh\n{real} "$@" || exit\ncase " $* " in *" {which} "*) exit 128;; esac\n')
    fake.chmod(0o755)
    return {"PATH": f"{fake.parent}:{os.environ['PATH']}"}


def test_a_lease_whose_answer_was_lost_is_held(place: Place) -> None:
    lease = place.take("one", **losing(place, "push"))
    assert place.refused("two").code == "AJO624"
    place.clock.at = NOON + DURATION / 2
    lease.keep()
    place.clock.at = NOON + DURATION
    lease.require()
    assert place.terms().until == NOON + DURATION * 3 / 2


def test_a_renewal_of_ours_that_came_late_is_ours(place: Place) -> None:
    lease = place.take("one")
    late = replace(place.terms(), until=NOON + DURATION + timedelta(minutes=1))
    (place.top / "late").write_text(late.text())
    git(place.bare, "update-ref", REFERENCE, git(place.bare, "hash-object", "-w", str(place.top / "late")))
    place.clock.at = NOON + DURATION / 2
    lease.keep()
    place.clock.at = NOON + DURATION
    lease.require()
    assert lease.release() == ""
    assert place.there() == ""


def test_nobody_waits_for_a_renewal_under_way(place: Place) -> None:
    lease = place.take("one")
    begun, go_on = place.top / "begun", place.top / "go-on"
    os.mkfifo(begun)
    os.mkfifo(go_on)
    place.hook("pre-receive", f"echo > {begun}; read x < {go_on}")
    place.clock.at = NOON + DURATION / 2
    renewing = Thread(target=lease.keep)
    renewing.start()
    begun.read_text()  # the remote has it, and does not answer yet
    lease.require()
    lease.keep()
    assert renewing.is_alive()
    go_on.write_text("\n")
    renewing.join()
    assert place.terms().until == NOON + DURATION * 3 / 2


def test_somebody_who_was_quicker_has_it(place: Place) -> None:
    terms = place.top / "theirs"
    theirs = replace(asked("two"), commit="beef").terms(NOON)
    terms.write_text(theirs.text())
    object_id = git(place.bare, "hash-object", "-w", str(terms))
    place.hook("pre-receive", f"env -u GIT_QUARANTINE_PATH git update-ref {REFERENCE} {object_id} ''; exit 0")
    error = place.refused("one")
    assert (error.code, "https://ci.example/two" in error.message) == ("AJO624", True)
    assert place.there() == object_id


def test_a_lease_that_others_take_and_give_back_all_the_time_is_given_up(place: Place) -> None:
    terms = place.top / "theirs"
    terms.write_text(replace(asked("two").terms(NOON), until=NOON - DURATION).text())
    other = git(place.bare, "hash-object", "-w", str(terms))
    turn = f"git update-ref -d {REFERENCE} || true; [ $old = {other} ] || git update-ref {REFERENCE} {other}"
    place.hook("pre-receive", f"unset GIT_QUARANTINE_PATH; read old new name; {turn}; exit 1")
    error = place.refused("one")
    assert (error.code, "others take it and give it back all the time" in error.message) == ("AJO625", True)


@pytest.fixture
def real_ctrl_c() -> Iterator[None]:
    """Make sure that the signal means what it means in a terminal, wherever the tests run."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_while_a_lease_is_taken_leaves_none(place: Place, real_ctrl_c: None) -> None:
    place.clone("one")
    fake = place.top / "bin/git"
    fake.parent.mkdir()
    pressed = f"[ -e {place.top}/pressed ] || {{ touch {place.top}/pressed; kill -INT $PPID; }}"
    real = shutil.which("git")
    fake.write_text(f'#!/bin/sh\n{real} "$@" || exit\ncase " $* " in *" push "*) {pressed};; esac\n')
    fake.chmod(0o755)
    with pytest.raises(KeyboardInterrupt):
        place.take("one", PATH=f"{fake.parent}:{os.environ['PATH']}")
    assert (place.top / "pressed").exists()
    assert place.there() == ""


TAKE = """
import os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from toolkit.core.errors import AjoError
from toolkit.workspace.git import Repository
from toolkit.workspace.holder import this_process
from toolkit.workspace.lease import Application, take
from toolkit.workspace.remote import Remote
root = Path(sys.argv[1])
now = lambda: datetime.now(UTC)
remote = Remote(Repository.around(root, os.environ), "origin", os.environ)
asked = Application("prod", "c0ffee", this_process(str(root), "ajo sync", now()), timedelta(minutes=15))
print("ready", flush=True)
sys.stdin.readline()
try:
    take(remote, asked, now)
    print("taken", flush=True)
except AjoError as error:
    print(error.code, flush=True)
"""


def test_of_several_processes_at_once_exactly_one_has_it(place: Place) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE, str(place.clone(f"racer-{number}"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    answers = sorted(racer.communicate(timeout=60)[0].strip() for racer in racers)
    assert answers == ["AJO624", "AJO624", "AJO624", "taken"]
    winner = next(racer for racer in racers if str(racer.pid) == str(place.terms().holder.pid))
    assert winner.returncode == 0


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        (
            {"GITHUB_SERVER_URL": "https://g.example", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "5"},
            "https://g.example/a/b/actions/runs/5",
        ),
        ({"GITHUB_SERVER_URL": "https://g.example"}, "/here"),
        ({"CI_JOB_URL": "https://l.example/jobs/5"}, "https://l.example/jobs/5"),
        ({}, "/here"),
    ],
)
def test_a_holder_is_known_by_the_run_of_the_pipeline(environment: dict[str, str], shown: str) -> None:
    assert place_of(Path("/here"), environment) == shown


@given(
    st.builds(
        Terms,
        st.text(),
        st.builds(Holder, st.integers(), *[st.text()] * 5),
        st.text(),
        st.datetimes(timezones=st.just(UTC)),
        st.text(),
    )
)
def test_terms_come_back_as_they_were_written(terms: Terms) -> None:
    assert read_terms(terms.text().encode()) == terms


@given(
    st.binary() | st.recursive(st.none() | st.text(), st.lists).map(lambda found: json.dumps(found).encode())
)
def test_no_content_is_more_than_no_lease(content: bytes) -> None:
    assert read_terms(content) is None
