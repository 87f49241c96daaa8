"""Send one request as a journey would, and see what the journey would see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.app.validate import validate
from toolkit.core.diagnostics import has_errors
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.exercise import Exchange
from toolkit.exercise.caller import exercise
from toolkit.model.kinds import CustomAction
from toolkit.platform.port import SecretResolver
from toolkit.workspace.load import Workspace
from toolkit.workspace.values import for_target


def find_action(workspace: Workspace, target_name: str, name: str) -> CustomAction:
    """Return a custom action with the target's values filled in.

    Raises :class:`AjoError` AJO308 when there is none of that name, :class:`InvalidDefinitions` when its file
    has errors; other files may have theirs.
    """
    findings = validate(workspace)
    for item in for_target(workspace, target_name).filled:
        if item.definition.name == name and isinstance(item.definition, CustomAction):
            wrong = [found for found in findings if found.file == item.origin.file]
            if has_errors(wrong):
                raise InvalidDefinitions(wrong)
            return item.definition
    wrong = [found for found in findings if found.file.endswith(f"/{name}.json")]
    if has_errors(wrong):
        raise InvalidDefinitions(wrong)
    known = ", ".join(sorted(item.definition.name for item in workspace.definitions)) or "none"
    raise AjoError("AJO308", f'target "{target_name}" has no custom action "{name}"; there are: {known}')


def exercise_action(
    workspace: Workspace,
    target_name: str | None,
    name: str,
    values: Mapping[str, Any],
    resolve: SecretResolver,
) -> Exchange:
    """Send one request of action `name` with `values` by address (``recipient.id``, ``header:X-Locale``).

    Raises :class:`AjoError` AJO701 for values that are missing or of the wrong type.
    """
    chosen, target = workspace.target(target_name)
    action = find_action(workspace, chosen, name)
    return exercise(action, values, resolve_secret=resolve, routes=target.routes)
