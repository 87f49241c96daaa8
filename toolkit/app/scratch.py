"""A throw-away copy of a workspace with one target of its own: to try things without touching anything."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from toolkit.core.errors import AjoError
from toolkit.workspace.load import Workspace
from toolkit.workspace.settings import RulesSettings, Settings
from toolkit.workspace.write import write_text

CLIENT_SECRET = "${secret:local/client-secret}"
"""Reference to the client secret of a platform on this machine; its value is made up."""


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """A platform on this machine in place of target `name`: its settings, and routes of partners' hosts."""

    name: str
    settings: Mapping[str, str]
    routes: Mapping[str, str]


def stand_in_routes(routes: Mapping[str, str], stand_ins: Mapping[str, str]) -> dict[str, str]:
    """Return `stand_ins` (host → address), also for the hosts that a target's `routes` lead to one of them.

    The target's stand-ins are recognised by the end of their path, ``/partners/<host>``, wherever they are.
    """
    led = {host: stand_ins.get(base.rstrip("/").rpartition("/partners/")[2]) for host, base in routes.items()}
    return {**stand_ins, **{host.lower(): address for host, address in led.items() if address}}


def copy_workspace(workspace: Workspace, folder: Path, local: LocalTarget) -> None:
    """Copy the definitions of `workspace` into the empty `folder`, with settings that lead to `local` alone.

    All targets keep their names, whether they are for production, and their values, which definitions refer
    to; the choice of rules stays too, without the file of own ones. Raises :class:`AjoError` AJO009 when
    there are no definitions to copy, AJO309 when that fails.
    """
    source = workspace.root / workspace.settings.actions
    if not source.is_dir():
        raise AjoError("AJO009", f"{source} is not a folder of definitions")
    try:
        shutil.copytree(source, folder / _folder(workspace.settings), symlinks=True)
    except OSError as error:
        reason = error.strerror or "some of them can't be read"
        raise AjoError("AJO309", f"the definitions can't be copied to {folder}: {reason}") from None
    write_text(folder / "ajo.toml", "\n".join(_toml(workspace.settings, local)))


def _folder(settings: Settings) -> str:
    """Return where definitions are, as patterns of paths have it; ``actions`` if that is no folder inside."""
    name = PurePosixPath(settings.actions).as_posix()
    return "actions" if name == "." or name.startswith("/") or ".." in name.split("/") else name


def _toml(settings: Settings, local: LocalTarget) -> Iterator[str]:
    yield f"default-target = {_quoted(local.name)}\nactions = {_quoted(_folder(settings))}"
    for name, target in settings.targets.items():
        table = f"[targets.{_quoted(name)}"
        yield f"\n{table}]"
        yield from _assignments(local.settings)
        yield f'client-secret = "{CLIENT_SECRET}"\nsecrets = {{ from = "made-up" }}'
        yield f"production = {json.dumps(target.production)}"
        yield f"\n{table}.values]"
        yield from _assignments(target.values)
        yield f"\n{table}.routes]"
        yield from _assignments(local.routes)
    yield from _rules(settings.rules)
    yield ""


def _rules(rules: RulesSettings) -> Iterator[str]:
    """Write the choice of rules; without their file, own ones have no name here that could be chosen."""

    def known(selectors: Iterable[str]) -> list[str]:
        return [each for each in selectors if not rules.local or each == "ALL" or each.startswith("AJO")]

    def choice(table: str, ignore: Iterable[str], severity: Mapping[str, str]) -> Iterator[str]:
        yield f"ignore = {_list(known(ignore))}\n\n{table}.severity]"
        yield from _assignments({each: severity[each] for each in known(severity)})

    yield f"\n[rules]\nselect = {_list(known(rules.select))}"
    yield from choice("[rules", rules.ignore, rules.severity)
    for pattern, here in rules.per_path.items():
        table = f"[rules.per-path.{_quoted(pattern)}"
        yield f"\n{table}]"
        yield from choice(table, here.ignore, here.severity)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _assignments(entries: Mapping[str, str]) -> Iterator[str]:
    return (f"{_quoted(name)} = {_quoted(value)}" for name, value in entries.items())


def _quoted(text: str) -> str:
    """Return `text` as a basic string of TOML: JSON's escapes, but no surrogate pairs and no bare DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
