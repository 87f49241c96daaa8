"""What tells editors which schema is for which file: a catalog, and the settings of VS Code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from toolkit.core.canonical import Json, JsonError, JsonLimitError, dump_json, parse_json, same_json
from toolkit.model.cases import KIND as CASES
from toolkit.model.envelope import SCHEMA_FOLDER, schema_file_name
from toolkit.model.schema import ANY_KIND, schema_of, schema_of_any_kind, summary
from toolkit.workspace.settings import load_settings
from toolkit.workspace.write import write_text

CATALOG = "schemas/catalog.json"
VSCODE = ".vscode/settings.json"
SETTING = "json.schemas"

_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_STRING_OR_LAST_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')
_FIRST_INDENT = re.compile(r"\{\s*?\n([ \t]+)\S")


@dataclass(frozen=True, slots=True)
class EditorFile:
    """A file for editors: its text now (None: it is not there) and the one it should have.

    `after` is None where the file can't be changed without losing something of it.
    """

    name: str
    before: str | None
    after: str | None

    @property
    def is_current(self) -> bool:
        """Tell whether nothing is to be done."""
        return self.before is not None and self.before == self.after


def editor_files(root: Path, *, wanted: bool = True) -> list[EditorFile]:
    """Return the files for editors of the workspace at `root`; where not `wanted`, those it has adopted."""
    settings = load_settings(root).settings
    actions = settings.actions if settings else "actions"
    found = []
    for name in (CATALOG, VSCODE):
        before = _text(root / name)
        if wanted or (before is not None and ANY_KIND in before):
            after = catalog_text(actions) if name == CATALOG else merged_settings(before, actions)
            found.append(EditorFile(name, before, after))
    return found


def write_editor_file(root: Path, item: EditorFile) -> None:
    """Write what can be written; raises :class:`AjoError` AJO309, AJO310."""
    if item.after is not None:
        write_text(root / item.name, item.after, instead_of=item.before)


def catalog_text(actions: str) -> str:
    """Return a catalog as SchemaStore has it; addresses are relative to the catalog."""
    schemas = [
        {"name": schema["title"], "description": summary(schema), "fileMatch": patterns, "url": url}
        for patterns, url, schema in _mapping(actions)
    ]
    return dump_json({"version": 1, "schemas": schemas}) + "\n"


def vscode_schemas(actions: str) -> list[dict[str, Any]]:
    """Return what stands in the settings of VS Code."""
    return [{"fileMatch": patterns, "url": f"./schemas/{url}"} for patterns, url, _ in _mapping(actions)]


def merged_settings(text: str | None, actions: str) -> str | None:
    """Return the settings `text` with our schemas in it, everything else kept; None where that is not safe.

    Comments and commas behind the last member are read, but only plain JSON is changed.
    """
    ours = vscode_schemas(actions)
    if text is None:
        return dump_json({SETTING: ours}) + "\n"
    plain, bare = _parsed(text), _parsed(_without_comments(text))
    settings = bare if plain is None else plain
    known = settings.get(SETTING, []) if isinstance(settings, dict) else None
    if not isinstance(settings, dict) or not isinstance(known, list):
        return None
    addresses = {item["url"] for item in ours}
    others = [item for item in known if not (isinstance(item, dict) and item.get("url") in addresses)]
    after = [*others, *ours]
    if same_json(known, after):
        return text
    return None if plain is None else _written_as(text, {**settings, SETTING: after})


def _parsed(text: str) -> Json:
    try:
        return parse_json(text)
    except (JsonError, JsonLimitError):
        return None


def _mapping(actions: str) -> Iterator[tuple[list[str], str, dict[str, Any]]]:
    folder = PurePosixPath(actions.replace("\\", "/")).as_posix().strip("/")
    below = "**/*.json" if folder == "." else f"{folder}/**/*.json"
    for pattern, name, schema in (
        ("*.capping.json", schema_file_name("EndpointConfig"), schema_of("EndpointConfig")),
        ("*.throttling.json", schema_file_name("ThrottlingConfig"), schema_of("ThrottlingConfig")),
        ("*.cases.json", schema_file_name(CASES), schema_of(CASES)),
        (below, ANY_KIND, schema_of_any_kind()),
    ):
        yield [pattern], f"{SCHEMA_FOLDER}/{name}", schema


def _written_as(text: str, settings: Any) -> str:
    """Write settings with the indentation and the line ends of `text`."""
    indent = found[1] if (found := _FIRST_INDENT.search(text)) else "  "
    lines = dump_json(settings, indent=1).split("\n")
    indented = [indent * (len(line) - len(line.lstrip(" "))) + line.lstrip(" ") for line in lines]
    line_end = "\r\n" if "\r\n" in text else "\n"
    return line_end.join(indented) + (line_end if text.endswith("\n") else "")


def _without_comments(text: str) -> str:
    bare = _STRING_OR_COMMENT.sub(lambda found: found[1] or " ", text)
    return _STRING_OR_LAST_COMMA.sub(lambda found: found[1] or "", bare)


def _text(path: Path) -> str | None:
    """Return a file's text, None where there is no file; what is no text is one that can't be merged."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return ""
