"""A copy of an action under a new name: the way out when journeys use the old one."""

from __future__ import annotations

from pathlib import PurePosixPath

from toolkit.app.new.place import Made, check_name
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.model.document import Document, to_document
from toolkit.model.kinds import CampaignAction, CustomAction, parse_definition
from toolkit.workspace.load import DefinitionFile, Source, Workspace
from toolkit.workspace.write import canonical_text


def duplicate(workspace: Workspace, name: str, new_name: str) -> Made:
    """Return a copy of the action `name`, called `new_name`, for a file beside it; nothing is written.

    Raises :class:`AjoError` AJO308 without such an action, AJO901 for a name that no action can have, AJO010
    for one that is taken.
    """
    old = _action(workspace, name)
    check_name("CustomAction", new_name)
    taken = next((item for item in _actions(workspace) if item.definition.name == new_name), None)
    if taken:
        fix = "Choose another name."
        raise AjoError("AJO010", f'"{new_name}" is the name of the definition in {taken.file}', fix=fix)
    file = PurePosixPath(old.file).with_name(f"{new_name}.json").as_posix()
    document = _renamed(to_document(old.definition), new_name)
    source = Source(file, canonical_text(document))
    problems = parse_definition(document).problems
    if problems:
        raise InvalidDefinitions([source.finding(problem) for problem in problems])
    return Made(file, source.text, ())


def _actions(workspace: Workspace) -> list[DefinitionFile]:
    return [
        item for item in workspace.definitions if isinstance(item.definition, (CustomAction, CampaignAction))
    ]


def _action(workspace: Workspace, name: str) -> DefinitionFile:
    found = next((item for item in _actions(workspace) if item.definition.name == name), None)
    if found is None:
        raise AjoError("AJO308", f'there is no action "{name}"')
    return found


def _renamed(document: Document, name: str) -> Document:
    """Give a document a name; it was not called anything before, or it would take over the old action."""
    lifecycle = {key: each for key, each in document.get("lifecycle", {}).items() if key != "previousName"}
    renamed = {**document, "name": name, "lifecycle": lifecycle}
    if not lifecycle:
        del renamed["lifecycle"]
    return renamed
