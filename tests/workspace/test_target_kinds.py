"""What settings say of targets that are no sandbox of the platform."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.workspace.settings import DirectoryTarget, PluggedTarget, Target, parse_settings
from toolkit.workspace.target_settings import identity_of


def target(lines: str) -> object:
    loaded = parse_settings("ajo.toml", f"[targets.here]\n{lines}\n")
    assert loaded.settings is not None, loaded.findings
    return loaded.settings.targets["here"]


def test_a_folder_stands_for_its_place() -> None:
    found = target('kind = "directory"\npath = "export"\nworkers = 2')
    assert isinstance(found, DirectoryTarget)
    assert (found.organisation, found.sandbox, found.place) == ("directory", "export", "directory export")
    assert found.workers == 2


def test_a_kind_of_a_package_has_options_of_its_own() -> None:
    found = target('kind = "acme"\nserver = "a"\nports = [1, 2]\nvalues = { host = "h" }')
    assert isinstance(found, PluggedTarget)
    assert found.options == {"server": "a", "ports": [1, 2]}
    assert found.values == {"host": "h"}


def test_other_options_are_another_place_and_a_stated_place_stays() -> None:
    tables = ['server = "a"', 'server = "b"', 'server = "a"\nsandbox = "s"\norganisation = "o"']
    found = [target(f'kind = "acme"\n{table}') for table in tables]
    places = [(one.organisation, one.sandbox) for one in found if isinstance(one, PluggedTarget)]
    assert len(set(places)) == 3
    assert places[2] == ("o", "s")


SANDBOX = {
    "base-url": "https://platform.example/journey",
    "organisation": "ACME@AdobeOrg",
    "sandbox": "prod",
    "client-id": "one",
    "client-secret": "${secret:one}",
}


def identity(table: dict[str, str], root: str = "/one") -> str:
    found = target("\n".join(f'{name} = "{value}"' for name, value in table.items()))
    assert isinstance(found, Target)
    return identity_of(found, Path(root))


def test_a_sandbox_is_the_same_from_every_checkout_whoever_gets_in() -> None:
    other = {**SANDBOX, "client-id": "two", "client-secret": "${secret:two}", "on-drift": "keep"}
    assert identity(SANDBOX) == identity(other, "/two")
    assert re.fullmatch("[0-9a-f]{64}", identity(SANDBOX))


@pytest.mark.parametrize(
    ("url", "is_same"),
    [
        ("https://PLATFORM.example/journey/", True),
        ("https://platform.example:443/journey", True),
        ("https://platform.example:8443/journey", False),
        ("https://platform.example/other", False),
        ("https://other.example/journey", False),
    ],
)
def test_a_sandbox_is_known_by_its_address_however_it_is_spelled(url: str, *, is_same: bool) -> None:
    assert (identity({**SANDBOX, "base-url": url}) == identity(SANDBOX)) is is_same


@pytest.mark.parametrize("name", ["organisation", "sandbox"])
def test_another_organisation_or_sandbox_is_another_place(name: str) -> None:
    assert identity({**SANDBOX, name: "other"}) != identity(SANDBOX)


def test_a_folder_is_known_by_where_it_really_is(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    folder = {"kind": "directory", "path": "export"}
    one, link, two = (identity(folder, str(tmp_path / name)) for name in ("one", "link", "two"))
    assert (one == link, one == two) == (True, False)


def test_a_kind_of_a_package_is_known_by_all_that_its_table_says_of_the_place() -> None:
    one = {"kind": "acme", "server": "a", "organisation": "o", "sandbox": "s"}
    assert identity(one, "/one") == identity({**one, "on-drift": "keep"}, "/two")
    for other in ({"kind": "other"}, {"server": "b"}, {"organisation": "p"}, {"sandbox": "t"}):
        assert identity({**one, **other}) != identity(one)


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ('kind = "directory"', 1, 'the field "path" is missing'),
        ('kind = "directory"\npath = "export"\nfolder = "x"', 4, "folder"),
        ('kind = "directory"\npath = "/etc"', 3, "a folder of the workspace is needed"),
        ('kind = "directory"\npath = "../out"', 3, "a folder of the workspace is needed"),
        ('kind = "directory"\npath = ".git/x"', 3, "a folder of the workspace is needed"),
        ('kind = "directory"\npath = ""', 3, "a folder of the workspace is needed"),
        ('kind = "directory"\npath = "."', 3, "definitions are in actions"),
        ('kind = "directory"\npath = "actions/out"', 3, "definitions are in actions"),
        ('kind = "directory"\npath = "export"\nclient-id = "x"', 1, "client-id means nothing"),
        ('kind = "acme"\nsecrets = { from = "made-up" }', 3, "made-up secrets"),
        ('kind = "a b"', 1, "a kind is a name"),
        ("kind = 7", 2, "kind"),
    ],
)
def test_a_wrong_table_is_told_at_its_place(lines: str, line: int, words: str) -> None:
    findings = parse_settings("ajo.toml", f"[targets.here]\n{lines}\n").findings
    assert [found.code for found in findings if words in found.message] == ["AJO302"]
    assert line in [found.line for found in findings]


def test_made_up_secrets_do_for_a_folder() -> None:
    assert isinstance(
        target('kind = "directory"\npath = "out"\nsecrets = { from = "made-up" }'), DirectoryTarget
    )
