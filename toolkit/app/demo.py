"""The main job from beginning to end, on a platform that lives as long as the demonstration."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.app.connect import connected
from toolkit.app.diff import make_plan
from toolkit.app.scratch import LocalTarget, copy_workspace, stand_in_routes
from toolkit.app.sync import carry_out, pace_of
from toolkit.core.errors import AjoError
from toolkit.emulator import EmulatorConfig, EmulatorStartError, RunningEmulator, start_emulator
from toolkit.model.document import to_document
from toolkit.model.kinds import CustomAction
from toolkit.plan.guard import approve
from toolkit.plan.types import Plan, Policy
from toolkit.sync.receipt import Receipt, Row
from toolkit.workspace.load import DefinitionFile, Workspace, open_workspace
from toolkit.workspace.secrets import made_up_secret
from toolkit.workspace.settings import Target
from toolkit.workspace.values import for_target
from toolkit.workspace.write import canonical_text, write_text


@dataclass(frozen=True, slots=True)
class Narrator:
    """Who hears the story: headings, plans, rows and receipts, as they come."""

    heading: Callable[[str], None]
    plan: Callable[[Plan], None]
    row: Callable[[Row], None]
    receipt: Callable[[Receipt], None]


def run_demo(workspace: Workspace, target_name: str | None, narrator: Narrator) -> bool:
    """Sync a copy of a target's definitions to an emulator, then one edit; tells whether all went well.

    The workspace itself is only read. Raises :class:`AjoError` for definitions with errors.
    """
    name, target = workspace.target(target_name)
    with tempfile.TemporaryDirectory(prefix="ajo-demo-") as folder:
        root = Path(folder).resolve()
        narrator.heading("A platform starts on this machine")
        try:
            with start_emulator(EmulatorConfig()) as emulator:
                copy_workspace(workspace, root, _local(emulator, name, target))
                return _story(root, narrator)
        except EmulatorStartError as error:
            raise AjoError("AJO903", str(error)) from None


def _story(root: Path, narrator: Narrator) -> bool:
    narrator.heading("ajo diff: nothing is there yet")
    first = _sync(root, narrator)
    narrator.heading("ajo diff again: everything is as the files say")
    again = _planned(root, narrator)
    edited = _edit(root)
    narrator.heading(f"Somebody edits {edited}, then ajo diff: the field, and what it was")
    second = _sync(root, narrator)
    narrator.heading("ajo diff once more")
    last = _planned(root, narrator)
    return first.complete and second.complete and not again and not last


def _planned(root: Path, narrator: Narrator) -> Plan:
    workspace = open_workspace(root)
    _, target = workspace.target(None)
    with connected(target, root, {}) as platform:
        plan = make_plan(workspace, None, platform)
    narrator.plan(plan)
    return plan


def _sync(root: Path, narrator: Narrator) -> Receipt:
    workspace = open_workspace(root)
    _, target = workspace.target(None)
    with connected(target, root, {}) as platform:
        plan = make_plan(workspace, None, platform)
        narrator.plan(plan)
        narrator.heading("ajo sync")
        approved = approve(plan, Policy(), "demo")
        receipt = carry_out(approved, platform, made_up_secret, pace_of(target), narrator.row)
    narrator.receipt(receipt)
    return receipt


def _edit(root: Path) -> str:
    """Change the description of the first custom action, as a person would; returns its file."""
    item = next(_custom_actions(open_workspace(root)), None)
    if item is None:
        raise AjoError("AJO308", "there is no custom action to show an edit with")
    document = to_document(item.definition)
    edited = {**document, "description": "Edited by hand: this sentence replaces the old description."}
    write_text(root / item.file, canonical_text(edited))
    return item.file


def _custom_actions(workspace: Workspace) -> Iterator[DefinitionFile]:
    filled = for_target(workspace, workspace.target(None)[0]).filled
    return (item.origin for item in filled if isinstance(item.definition, CustomAction))


def _local(emulator: RunningEmulator, name: str, target: Target) -> LocalTarget:
    settings = {
        "base-url": emulator.base_url,
        "journeys-url": emulator.journeys_url,
        "ims-url": emulator.ims_url,
        "organisation": emulator.organisation,
        "sandbox": "prod" if target.production else "dev",
        "client-id": emulator.client_id,
    }
    return LocalTarget(name, settings, stand_in_routes(target.routes, emulator.routes))
