"""Where secrets come from."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

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


def refusal(resolve: Resolver, reference: SecretRef = TOKEN) -> str:
    with pytest.raises(AjoError) as caught:
        resolve(reference)
    assert caught.value.code == "AJO307"
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


@pytest.mark.parametrize("text", ["", MASK, SECRET_LOST], ids=["empty", "mask", "lost in a sandbox copy"])
def test_what_is_no_secret_is_refused_from_the_environment(folder: Folder, text: str) -> None:
    message = refusal(resolver(folder, environment={"AJO_SECRET_SLACK_BOT_TOKEN": text}))
    assert "is empty" in message or "is a placeholder" in message


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n"], ids=repr)
def test_a_secret_comes_from_a_file_without_its_last_line_end(
    folder: Folder, mounted: Resolver, ending: str
) -> None:
    folder.put("mount/slack/bot-token", f" xoxb\n1 {ending}")
    assert mounted(TOKEN).reveal() == " xoxb\n1 "


def test_the_directory_of_secrets_may_be_anywhere(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mount = tmp_path_factory.mktemp("mount")
    (mount / "x").write_text("elsewhere", encoding="utf-8")
    resolve = resolver(folder, f'secrets = {{ from = "directory", path = "{mount}" }}\n')
    assert resolve(SecretRef("x")).reveal() == "elsewhere"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\n", id="a line end alone"),
        pytest.param(MASK.encode(), id="mask"),
        pytest.param(SECRET_LOST.encode() + b"\n", id="lost in a sandbox copy"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"x" * (MAX_SECRET_BYTES + 1), id="too long"),
    ],
)
def test_what_is_no_secret_is_refused_from_a_file(folder: Folder, mounted: Resolver, content: bytes) -> None:
    folder.put("mount/slack/bot-token", content)
    assert "bot-token" in refusal(mounted)


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
