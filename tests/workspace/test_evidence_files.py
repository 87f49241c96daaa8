"""Files with evidence: where they are, what is read, what is wrong with them and where."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.model.evidence_samples import evidence
from tests.workflows.runner import git
from toolkit.core.errors import AjoError
from toolkit.model.evidence_format import evidence_text
from toolkit.workspace.evidence_files import (
    MAX_EVIDENCE_BYTES,
    Owner,
    evidence_file,
    read_evidence,
    read_evidence_at,
    write_evidence,
)
from toolkit.workspace.listing import is_definition

OWNER = Owner("CustomAction", "Welcome", "here", "ACME@AdobeOrg", "dev", stand_ins=False)
FILE = "evidence/here/Welcome.evidence.json"


def place(root: Path, content: str | bytes) -> Path:
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_evidence_is_read_as_it_was_written_and_the_newest_stays(tmp_path: Path) -> None:
    for status in (200, 202):
        assert write_evidence(tmp_path, evidence(status=status)) == FILE
    found = read_evidence(tmp_path, OWNER)
    assert found is not None
    assert (found.evidence, found.findings) == (evidence(status=202), ())


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    assert read_evidence(tmp_path, OWNER) is None


@pytest.mark.parametrize(
    ("target", "folder"),
    [("here", "here"), ("..", "%2E."), (".git", "%2Egit"), ("a/b", "a%2Fb"), ("v1.2", "v1.2")],
)
def test_no_name_of_a_target_leads_out_of_the_folder_or_hides_in_it(target: str, folder: str) -> None:
    assert evidence_file(target, "Welcome") == f"evidence/{folder}/Welcome.evidence.json"


def test_evidence_is_no_definition_wherever_it_lies() -> None:
    assert not is_definition("Welcome.evidence.json")
    assert is_definition("evidence.json")


@pytest.mark.parametrize(
    ("content", "code", "line", "pointer"),
    [
        ("{", "AJO002", 1, ""),
        (b"\xff\xfe", "AJO001", 0, ""),
        ('{"a": 1,\n "a": 2}', "AJO003", 2, "/a"),
        ("{}", "AJO643", 1, ""),
        ('{\n  "format": "ajo-evidence",\n  "version": 2\n}', "AJO643", 3, "/version"),
        (evidence_text(evidence()).replace('"status": 200', '"status": 201'), "AJO643", 4, "/digest"),
        ("[" * 65 + "]" * 65, "AJO005", 1, "/0" * 64),
        ("x" * (MAX_EVIDENCE_BYTES + 1), "AJO004", 0, ""),
    ],
    ids=range(8),
)
def test_what_can_not_be_used_is_one_finding_with_its_place(
    tmp_path: Path, content: str | bytes, code: str, line: int, pointer: str
) -> None:
    place(tmp_path, content)
    found = read_evidence(tmp_path, OWNER)
    assert found is not None
    assert found.evidence is None
    first = found.findings[0]
    assert (first.code, first.file, first.line, first.pointer) == (code, FILE, line, pointer)


def test_a_pipe_is_not_waited_for_and_no_link_leads_out(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    place(root, "").unlink()
    os.mkfifo(root / FILE)
    piped = read_evidence(root, OWNER)
    assert piped is not None
    assert [found.code for found in piped.findings] == ["AJO009"]
    (root / FILE).unlink()
    place(tmp_path / "elsewhere", evidence_text(evidence()))
    (root / FILE).symlink_to(tmp_path / "elsewhere" / FILE)
    linked = read_evidence(root, OWNER)
    assert linked is not None
    assert [found.code for found in linked.findings] == ["AJO008"]
    with pytest.raises(AjoError, match="leads out") as caught:
        write_evidence(root, evidence())
    assert caught.value.code == "AJO309"


def test_evidence_of_an_earlier_commit_is_read_without_checking_it_out(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    root = tmp_path / "below"
    write_evidence(root, evidence())
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "One")
    commit = git(tmp_path, "rev-parse", "HEAD")
    (root / FILE).unlink()
    other = replace(OWNER, action="Other")
    found = read_evidence_at(root, commit, [OWNER, other], dict(os.environ))
    assert {owner: each.evidence for owner, each in found.items()} == {OWNER: evidence()}
    assert read_evidence_at(root, commit, [], dict(os.environ)) == {}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "CampaignAction"}, "/kind"),
        ({"action": "Other"}, "/action"),
        ({"target": "there"}, "/target"),
        ({"organisation": "OTHER@AdobeOrg"}, "/organisation"),
        ({"sandbox": "prod"}, "/sandbox"),
        ({"stand_in": True}, "/standIn"),
    ],
    ids=lambda changes: changes if isinstance(changes, str) else "",
)
def test_evidence_of_something_else_or_of_a_stand_in_can_not_be_used(
    tmp_path: Path, changes: dict[str, Any], pointer: str
) -> None:
    place(tmp_path, evidence_text(evidence(**changes)))
    found = read_evidence(tmp_path, OWNER)
    assert found is not None
    assert (found.evidence, [each.pointer for each in found.findings]) == (None, [pointer])


def test_the_answer_of_a_stand_in_counts_where_there_is_nothing_else(tmp_path: Path) -> None:
    place(tmp_path, evidence_text(evidence(stand_in=True)))
    found = read_evidence(tmp_path, replace(OWNER, stand_ins=True))
    assert found is not None
    assert found.evidence == evidence(stand_in=True)
