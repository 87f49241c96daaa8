"""Secrets from what a command prints."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.workspace.folder import TARGET, Folder
from toolkit.core.errors import AjoError
from toolkit.model.text import SecretRef
from toolkit.workspace.secret_command import MAX_OUTPUT_BYTES
from toolkit.workspace.secrets import Resolver, secret_resolver

TOKEN = SecretRef("slack/bot-token", "2026-11")


def asking(folder: Folder, script: str, *, trust: bool = True, more: str = "") -> Resolver:
    """Take secrets from a Python script: ``sys.argv[1]`` is ``vault/`` and the path."""
    command = json.dumps([sys.executable, "-c", script, "vault/{path}"])
    folder.settings(TARGET + f'secrets = {{ from = "command", command = {command}{more} }}\n')
    _, target = folder.open().target("stage")
    return secret_resolver(target, folder.root, os.environ, trust=trust)


def refusal(resolve: Resolver, reference: SecretRef = TOKEN) -> AjoError:
    with pytest.raises(AjoError) as caught:
        resolve(reference)
    return caught.value


def test_a_secret_is_what_the_command_prints_for_its_path(folder: Folder) -> None:
    resolve = asking(folder, "import sys; print('secret of', sys.argv[1])")
    assert resolve(TOKEN).reveal() == "secret of vault/slack/bot-token"


def test_the_command_is_run_in_the_root_of_the_workspace_without_input(folder: Folder) -> None:
    resolve = asking(folder, "import os, sys; print(os.getcwd(), repr(sys.stdin.read()))")
    assert resolve(TOKEN).reveal() == f"{folder.root.resolve()} ''"


def test_no_shell_reads_the_arguments(folder: Folder) -> None:
    folder.settings(TARGET + 'secrets = { from = "command", command = ["echo", "$HOME; ${IFS}{path}"] }\n')
    resolve = secret_resolver(folder.open().target("stage")[1], folder.root, os.environ, trust=True)
    assert resolve(TOKEN).reveal() == "$HOME; ${IFS}slack/bot-token"


def test_nothing_is_run_without_trust(folder: Folder) -> None:
    resolve = asking(folder, "open('ran', 'w'); print('x')", trust=False)
    error = refusal(resolve)
    assert (error.code, int(error.exit), "--trust" in error.message) == ("AJO341", 6, True)
    assert not (folder.root / "ran").exists()


def test_the_command_is_asked_once_for_each_secret_whatever_its_label(folder: Folder) -> None:
    resolve = asking(folder, "open('log', 'a').write('x'); print('secret')")
    threads = [threading.Thread(target=resolve, args=(SecretRef("a", str(n)),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    resolve(SecretRef("b"))
    assert (folder.root / "log").read_text(encoding="utf-8") == "xx"


def test_a_failure_is_not_asked_for_again(folder: Folder) -> None:
    resolve = asking(folder, "open('log', 'a').write('x'); raise SystemExit(3)")
    assert {refusal(resolve).message for _ in range(3)} == {
        f"the secret slack/bot-token is not available: {sys.executable} ended with exit code 3"
    }
    assert (folder.root / "log").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize(
    ("script", "code", "why"),
    [
        pytest.param("print()", "AJO340", "is empty", id="nothing"),
        pytest.param("print('INSERT SECRET HERE')", "AJO340", "is a placeholder", id="placeholder"),
        pytest.param("print('hunter2\\nhunter2')", "AJO340", "more than one line", id="lines"),
        pytest.param("import os; os.write(1, b'hunter2\\xff')", "AJO307", "not UTF-8", id="no text"),
        pytest.param("print('hunter2' * 20_000)", "AJO307", f"more than {MAX_OUTPUT_BYTES}", id="too much"),
        pytest.param(
            "import sys; print('hunter2', file=sys.stderr); print('hunter2'); sys.exit(1)",
            "AJO307",
            "exit code 1",
            id="error",
        ),
    ],
)
def test_what_goes_wrong_is_said_without_a_word_of_what_was_printed(
    folder: Folder, capfd: pytest.CaptureFixture[str], script: str, code: str, why: str
) -> None:
    error = refusal(asking(folder, script))
    said = capfd.readouterr()
    assert (error.code, why in error.message) == (code, True)
    assert "hunter2" not in f"{error.message}{error.fix}{error!r}{said.out}{said.err}{error.__cause__}"


def test_a_command_without_end_is_ended_with_its_children(folder: Folder) -> None:
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child', 'w').write(str(child.pid)); child.wait()"
    )
    started = time.monotonic()
    error = refusal(asking(folder, script, more=", timeout-seconds = 2"))
    assert ("took longer than 2 s" in error.message, time.monotonic() - started < 30) == (True, True)
    assert not is_running(int((folder.root / "child").read_text(encoding="utf-8")))


def is_running(pid: int) -> bool:
    """Tell whether a process goes on; one that has ended may wait for a moment to be noticed."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            return False
        threading.Event().wait(0.05)
    return True


def test_a_program_that_is_not_there_is_named(folder: Folder) -> None:
    folder.settings(TARGET + 'secrets = { from = "command", command = ["./no-such-program", "{path}"] }\n')
    resolve = secret_resolver(folder.open().target("stage")[1], folder.root, {}, trust=True)
    assert refusal(resolve).message.endswith("./no-such-program can't be run (FileNotFoundError)")


@pytest.mark.parametrize("path", ["../other", "a/../../b", ".", "-x", "a/--help"])
def test_a_path_that_could_mean_something_else_is_never_asked_for(folder: Folder, path: str) -> None:
    error = refusal(asking(folder, "open('ran', 'w'); print('x')"), SecretRef(path))
    assert (error.code, (folder.root / "ran").exists()) == ("AJO307", False)


@pytest.mark.parametrize(
    "command",
    ["[]", '["op"]', '["op", "read"]', '["{path}", "{path}"]', '["op", ""]', '"op read {path}"'],
)
def test_a_command_has_a_program_and_a_place_for_the_path(folder: Folder, command: str) -> None:
    folder.settings(TARGET + f'secrets = {{ from = "command", command = {command} }}\n')
    assert {found.code for found in folder.findings()} == {"AJO302"}
