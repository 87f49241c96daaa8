"""Tables added to the settings file; the rest stays byte for byte."""

from __future__ import annotations

from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.workspace.read import read_bytes
from toolkit.workspace.settings import LoadedSettings, load_settings, parse_settings
from toolkit.workspace.write import write_text


def table_prefix(loaded: LoadedSettings) -> str:
    """Return what the names of our tables begin with in the file of the settings."""
    return "" if Path(loaded.file).name == "ajo.toml" else "tool.ajo."


def append_tables(root: Path, target: str, tables: str) -> str:
    """Put `tables` at the end of the settings of a workspace; returns the file's name.

    Raises :class:`AjoError` AJO832 where the target says something of the kind already, or the result could
    not be read; AJO309 and AJO310 as :func:`write_text`.
    """
    loaded = load_settings(root)
    if loaded.settings is not None and loaded.settings.targets[target].api:
        message = f"{loaded.file}: the target {target} has tables below api already"
        raise AjoError("AJO832", message)
    before = read_bytes(root / loaded.file)
    text = before.decode("utf-8")
    ending = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else ending
    after = text + gap + ending + tables.replace("\n", ending)
    result = parse_settings(loaded.file, after.replace("\r\n", "\n"))
    if result.settings is None or result.findings != loaded.findings:
        wrong = [found.message for found in result.findings if found not in loaded.findings]
        reason = wrong[0] if wrong else "the file could not be read after it"
        raise AjoError("AJO832", f"{loaded.file}: {reason}")
    write_text(root / loaded.file, after, instead_of=before)
    return loaded.file
