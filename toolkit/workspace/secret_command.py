"""A secret from what a program prints: no shell, bounded in time and output, and nothing of it ever shown."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from toolkit.core.errors import AjoError
from toolkit.model.text import SecretRef
from toolkit.workspace.secret_settings import PATH_MARK, CommandSecrets

MAX_OUTPUT_BYTES = 64 * 1024


def printed_by(
    source: CommandSecrets, reference: SecretRef, root: Path, environment: Mapping[str, str]
) -> str:
    """Return what the command prints for a secret, without the last line end; raises AJO307 if it fails.

    Of what it prints, errors too, no message holds a part: nobody can tell whether a secret is in it.
    """
    program, *arguments = source.command
    if not _is_plain(reference.path):
        raise _failed(reference, program, "is not asked for a path that could mean something else to it")
    command = [program, *(argument.replace(PATH_MARK, reference.path) for argument in arguments)]
    try:
        process = subprocess.Popen(  # only where the settings are trusted, never a shell
            command,
            cwd=root,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise _failed(reference, program, f"can't be run ({type(error).__name__})") from None
    content, why = _heard(process, source.timeout_seconds)
    if why:
        raise _failed(reference, program, why)
    try:
        return content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise _failed(reference, program, "printed something that is not UTF-8 text") from None


def _is_plain(path: str) -> bool:
    """Tell whether a path can be neither an option nor lead somewhere else; definitions choose it."""
    return not any(part in (".", "..") or part.startswith("-") for part in path.split("/"))


def _heard(process: subprocess.Popen[bytes], timeout_s: float) -> tuple[bytes, str]:
    """Return what a process printed, and why that does not count; a late one is ended."""
    is_late = threading.Event()

    def end_late() -> None:
        is_late.set()
        _end(process)

    timer = threading.Timer(timeout_s, end_late)
    timer.daemon = True
    timer.start()
    try:
        stdout: IO[bytes] | None = process.stdout
        content = stdout.read(MAX_OUTPUT_BYTES + 1) if stdout else b""
        if len(content) > MAX_OUTPUT_BYTES:
            return b"", f"printed more than {MAX_OUTPUT_BYTES} bytes"
        status = process.wait()
    finally:
        timer.cancel()
        _end(process)
        if process.stdout:
            process.stdout.close()
        process.wait()
    if is_late.is_set():
        return b"", f"took longer than {timeout_s} s"
    return content, f"ended with exit code {status}" if status else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children, unless it was waited for: its number may be another's by then."""
    if process.returncode is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()


def _failed(reference: SecretRef, program: str, why: str) -> AjoError:
    message = f"the secret {reference.path} is not available: {program} {why}"
    fix = "Run the command of the target's settings by hand with this path; what it says is never shown here."
    return AjoError("AJO307", message, fix=fix)
