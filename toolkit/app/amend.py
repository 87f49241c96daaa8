"""The answer of an exercise taken into the definition: its response amended in the file, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.core.errors import AjoError
from toolkit.core.mends import Edit, Put
from toolkit.exercise import Exchange
from toolkit.exercise.amend import NothingToLearn, amend
from toolkit.model.document import to_document
from toolkit.model.kinds import CustomAction
from toolkit.workspace.edits import edited
from toolkit.workspace.load import DefinitionFile, Workspace
from toolkit.workspace.read import read_bytes
from toolkit.workspace.write import write_text


@dataclass(frozen=True, slots=True)
class Amended:
    """A file as it is and as it would be."""

    file: str
    before: str
    after: str


def amended(
    workspace: Workspace, origin: DefinitionFile, action: CustomAction, exchange: Exchange
) -> Amended:
    """Return the definition's file with its response amended, so that the exchange's answer fits.

    Raises :class:`AjoError` AJO706 where the answer says nothing about the response.
    """
    answer = exchange.answer
    if answer is None or answer.cut or origin.definition.kind != "CustomAction":
        raise AjoError("AJO706", "there is no whole answer of a custom action to learn from")
    try:
        edits = amend(action, answer.status, answer.body, exchange.deviations).edits
    except NothingToLearn as reason:
        raise AjoError("AJO706", str(reason)) from None
    before = read_bytes(workspace.root / origin.file)
    ordered = _placed(edits, list(to_document(origin.definition)))
    after, _ = edited(before, [ordered], origin.file)
    return Amended(origin.file, before.decode("utf-8"), after)


def _placed(edits: Sequence[Edit], keys: list[str]) -> tuple[Edit, ...]:
    """Return `edits`, a field of the envelope that is new before those that follow it in a file."""
    order = [field.alias or name for name, field in CustomAction.model_fields.items()]
    placed: list[Edit] = []
    for edit in edits:
        if isinstance(edit, Put) and len(edit.path) == 1 and edit.path[0] not in keys:
            rank = order.index(str(edit.path[0]))
            at = next((index for index, key in enumerate(keys) if order.index(key) > rank), None)
            placed.append(Put(edit.path, edit.value, at))
        else:
            placed.append(edit)
    return tuple(placed)


def write_amended(workspace: Workspace, found: Amended) -> None:
    """Write the file, unless somebody changed it meanwhile; raises :class:`AjoError` AJO309, AJO310."""
    write_text(workspace.root / found.file, found.after, instead_of=found.before)
