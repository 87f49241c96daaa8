"""Where secrets come from."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring.backend
import keyring.errors
import pytest
from hypothesis import given

from tests.core.json_values import law
from tests.model.definitions import secret_refs
from tests.workspace.folder import TARGET, Folder
from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK, Secret
from toolkit.model.text import SECRET_LOST, SecretRef
from toolkit.workspace.secrets import MAX_SECRET_BYTES, made_up_secret, secret_resolver, variable_name

TOKEN = SecretRef("slack/bot-token", "2026-11")
Resolver = Callable[[SecretRef], Secret]


def resolver(folder: Folder, source: str = "", environment: dict[str, str] | None = None) -> Resolver:
    folder.settings(TARGET + source)
    _, target = folder.open().target("stage")
    return secret_resolver(target, folder.root, environment or {})


@pytest.fixture
def mounted(folder: Folder) -> Resolver:
    """Return what gives secrets from the folder's own folder ``mount``."""
    (folder.root / "mount" / "slack").mkdir(parents=True)
    return resolver(folder, 'secrets = { from = "directory", path = "mount" }\n')


def refusal(resolve: Resolver, reference: SecretRef = TOKEN, code: str = "AJO307") -> str:
    with pytest.raises(AjoError) as caught:
        resolve(reference)
    assert caught.value.code == code
    return caught.value.message


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("slack/bot-token", "AJO_SECRET_SLACK_BOT_TOKEN"),
        ("a.b/C_d", "AJO_SECRET_A_B_C_D"),
        ("x", "AJO_SECRET_X"),
    ],
)
def test_a_secrets_variable_is_named_after_its_path(path: str, name: str) -> None:
    assert variable_name(SecretRef(path, "label"), "AJO_SECRET_") == name


def test_a_secret_comes_from_the_environment(folder: Folder) -> None:
    resolve = resolver(folder, environment={"AJO_SECRET_SLACK_BOT_TOKEN": "xoxb-1"})
    assert resolve(TOKEN).reveal() == "xoxb-1"


def test_the_environments_prefix_can_be_chosen(folder: Folder) -> None:
    resolve = resolver(folder, 'secrets = { prefix = "X_" }\n', {"X_SLACK_BOT_TOKEN": "xoxb-1"})
    assert resolve(TOKEN).reveal() == "xoxb-1"


def test_a_missing_variable_is_named(folder: Folder) -> None:
    assert refusal(resolver(folder)) == (
        "the secret slack/bot-token is not available: "
        "the environment variable AJO_SECRET_SLACK_BOT_TOKEN is not set or not readable"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(MASK, "is a placeholder", id="mask"),
        pytest.param(SECRET_LOST, "is a placeholder", id="lost in a sandbox copy"),
        pytest.param(f" {SECRET_LOST} ", "is a placeholder", id="lost, with blanks"),
        pytest.param("one\ntwo", "more than one line", id="line end"),
        pytest.param("one\r", "more than one line", id="carriage return"),
        pytest.param("one\u2028two", "more than one line", id="line separator"),
    ],
)
def test_what_can_not_be_a_secret_is_refused(folder: Folder, text: str, why: str) -> None:
    resolve = resolver(folder, environment={"AJO_SECRET_SLACK_BOT_TOKEN": text})
    assert why in refusal(resolve, code="AJO340")


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n"], ids=repr)
def test_a_secret_comes_from_a_file_without_its_last_line_end(
    folder: Folder, mounted: Resolver, ending: str
) -> None:
    folder.put("mount/slack/bot-token", f" xoxb 1 {ending}")
    assert mounted(TOKEN).reveal() == " xoxb 1 "


def test_the_directory_of_secrets_may_be_anywhere(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mount = tmp_path_factory.mktemp("mount")
    (mount / "x").write_text("elsewhere", encoding="utf-8")
    resolve = resolver(folder, f'secrets = {{ from = "directory", path = "{mount}" }}\n')
    assert resolve(SecretRef("x")).reveal() == "elsewhere"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "AJO340", id="empty"),
        pytest.param(b"\n", "AJO340", id="a line end alone"),
        pytest.param(MASK.encode(), "AJO340", id="mask"),
        pytest.param(SECRET_LOST.encode() + b"\n", "AJO340", id="lost in a sandbox copy"),
        pytest.param(b"one\ntwo", "AJO340", id="two lines"),
        pytest.param(b"\xff\xfe", "AJO307", id="no text"),
        pytest.param(b"x" * (MAX_SECRET_BYTES + 1), "AJO307", id="too long"),
    ],
)
def test_what_is_no_secret_is_refused_from_a_file(
    folder: Folder, mounted: Resolver, content: bytes, code: str
) -> None:
    folder.put("mount/slack/bot-token", content)
    assert "bot-token" in refusal(mounted, code=code)


def test_the_longest_secret_is_read_whole(folder: Folder, mounted: Resolver) -> None:
    folder.put("mount/slack/bot-token", b"x" * MAX_SECRET_BYTES)
    assert len(mounted(TOKEN).reveal()) == MAX_SECRET_BYTES


def test_a_missing_file_is_named(folder: Folder, mounted: Resolver) -> None:
    assert f"the file {folder.root / 'mount/slack/bot-token'} is not set or not readable" in refusal(mounted)


def test_a_folder_is_no_secret(mounted: Resolver) -> None:
    refusal(mounted, SecretRef("slack"))


@pytest.mark.parametrize("path", ["../outside", "slack/../../outside", "..", "../mount-2/x"])
def test_a_path_that_climbs_out_is_refused(folder: Folder, mounted: Resolver, path: str) -> None:
    folder.put("outside", "never")
    folder.put("mount-2/x", "never")
    refusal(mounted, SecretRef(path))


def test_a_path_that_climbs_inside_is_followed(folder: Folder, mounted: Resolver) -> None:
    folder.put("mount/x", "inside")
    assert mounted(SecretRef("slack/../x")).reveal() == "inside"


@pytest.mark.parametrize("destination", ["../../outside", "/etc/hostname"], ids=["relative", "absolute"])
def test_a_link_out_of_the_directory_is_refused(folder: Folder, mounted: Resolver, destination: str) -> None:
    folder.put("outside", "never")
    (folder.root / "mount/slack/bot-token").symlink_to(destination)
    refusal(mounted)


def test_links_inside_the_directory_are_followed_as_container_platforms_make_them(
    folder: Folder, mounted: Resolver
) -> None:
    folder.put("mount/..2026/bot-token", "xoxb-1")
    (folder.root / "mount/..data").symlink_to("..2026", target_is_directory=True)
    (folder.root / "mount/slack/bot-token").symlink_to("../..data/bot-token")
    assert mounted(TOKEN).reveal() == "xoxb-1"


def test_a_link_to_itself_is_refused(folder: Folder, mounted: Resolver) -> None:
    (folder.root / "mount/slack/bot-token").symlink_to("bot-token")
    refusal(mounted)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(folder: Folder, mounted: Resolver) -> None:
    folder.put("mount/slack/bot-token", "xoxb").chmod(0)
    refusal(mounted)


def test_made_up_secrets_need_no_source(folder: Folder) -> None:
    source = 'base-url = "http://127.0.0.1"\nims-url = "http://127.0.0.1"\nsecrets = { from = "made-up" }\n'
    assert resolver(folder, source)(TOKEN).reveal() == "made-up-slack-bot-token"


@law
@given(secret_refs)
def test_a_made_up_secret_is_the_same_each_time_and_shows_nowhere(reference: SecretRef) -> None:
    made = made_up_secret(reference)
    assert made == made_up_secret(reference)
    assert str(made) == MASK


def test_a_refusal_shows_no_part_of_what_was_found(folder: Folder, mounted: Resolver) -> None:
    folder.put("mount/slack/bot-token", b"hunter2\xff")
    assert "hunter2" not in refusal(mounted)


def test_asking_reads_the_file_anew(folder: Folder, mounted: Resolver) -> None:
    for text in ("one", "two"):
        folder.put("mount/slack/bot-token", text)
        assert mounted(TOKEN).reveal() == text


def test_nothing_is_read_before_it_is_asked_for(folder: Folder) -> None:
    resolve = resolver(folder, 'secrets = { from = "directory", path = "later" }\n')
    Path(folder.root / "later").mkdir()
    folder.put("later/x", "now")
    assert resolve(SecretRef("x")).reveal() == "now"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory; it counts how often it is asked."""

    priority = 1.0

    def __init__(self, entries: dict[tuple[str, str], str]) -> None:
        self.entries, self.asked = entries, 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if username == "locked":
            raise keyring.errors.KeyringLocked("hunter2")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


@pytest.fixture
def ring() -> Iterator[Ring]:
    """Put a keyring where the system's would be."""
    before, own = keyring.get_keyring(), Ring({("team", "slack/bot-token"): "xoxb-1"})
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def test_a_secret_comes_from_the_keyring_and_is_asked_for_once(folder: Folder, ring: Ring) -> None:
    resolve = resolver(folder, 'secrets = { from = "keyring", service = "team" }\n')
    assert {resolve(TOKEN).reveal(), resolve(SecretRef("slack/bot-token")).reveal()} == {"xoxb-1"}
    assert ring.asked == 1


def test_what_the_keyring_does_not_hold_is_named_with_its_service(folder: Folder, ring: Ring) -> None:
    message = refusal(resolver(folder, 'secrets = { from = "keyring" }\n'))
    assert "the entry slack/bot-token of ajo-actions in the keyring is not set" in message


def test_a_keyring_that_refuses_is_an_error_without_its_words(folder: Folder, ring: Ring) -> None:
    message = refusal(resolver(folder, 'secrets = { from = "keyring" }\n'), SecretRef("locked"))
    assert message.endswith("the keyring says KeyringLocked")


def test_without_the_keyring_package_the_extra_is_named(folder: Folder) -> None:
    folder.settings(TARGET + 'secrets = { from = "keyring" }\n')
    asking = (
        "import os, pathlib, sys; sys.modules['keyring'] = None\n"
        "from toolkit.model.text import SecretRef\n"
        "from toolkit.workspace.load import open_workspace\n"
        "from toolkit.workspace.secrets import secret_resolver\n"
        "workspace = open_workspace(pathlib.Path.cwd())\n"
        "try: secret_resolver(workspace.target('stage')[1], workspace.root, os.environ)(SecretRef('x'))\n"
        "except Exception as error: print(error.code, error.fix)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", asking], cwd=folder.root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "AJO902 Run pip install 'ajo-actions[keyring]'.\n"
