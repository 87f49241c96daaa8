"""``ajo secrets``: what a target needs that no file holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.console import (
    all_targets_option,
    json_option,
    target_option,
    targets_of,
    trust_option,
    workspace_of,
)

if TYPE_CHECKING:
    from toolkit.app.secrets import Need, SecretsOfTarget


@click.group("secrets")
def command() -> None:
    """Say which secrets targets need, and what is missing."""


@command.command("check", epilog="Example: ajo secrets check --target stage")
@target_option
@all_targets_option
@json_option
@trust_option
@click.pass_context
def check(ctx: click.Context, target: str | None, all_targets: bool, as_json: bool, trust: bool) -> int:
    """List the secrets that a target needs, who uses them, and whether each is there; shows none of them.

    Exit code 3 when one is missing.
    """
    from toolkit.app.secrets import check_secrets
    from toolkit.core.codes import Exit
    from toolkit.report import data, listing
    from toolkit.workspace.secrets import secret_resolver

    workspace = workspace_of(ctx.obj)
    found = []
    for name in targets_of(ctx, workspace, target, all_targets=all_targets):
        settings = workspace.settings.targets[name]
        resolve = secret_resolver(settings, workspace.root, os.environ, trust=trust)
        found.append(check_secrets(workspace, name, resolve))
    if as_json:
        click.echo(data.to_json(_document(found)))
    else:
        click.echo(listing.table([_row(one.target, need) for one in found for need in one.needs]))
        _advise(found)
    return Exit.DONE if all(one.is_complete for one in found) else Exit.INVALID


def _row(target: str, need: Need) -> dict[str, str]:
    users = (user.name if user.kind != "Target" else "the target itself" for user in need.users)
    return {
        "target": target,
        "secret": need.reference.path,
        "label": need.reference.label,
        "state": "there" if need.error is None else "missing",
        "used by": ", ".join(users),
    }


def _advise(found: list[SecretsOfTarget]) -> None:
    """Say of each missing secret why, and what to do, once."""
    for one in found:
        wrong = {need.error.message: need.error for need in one.needs if need.error}
        for error in wrong.values():
            click.echo(f"{one.target}: {error.code} {error.message}\n    → {error.fix}", err=True)


def _document(found: list[SecretsOfTarget]) -> dict[str, Any]:
    return {
        "format": "ajo-secrets",
        "version": 1,
        "complete": all(one.is_complete for one in found),
        "targets": [
            {
                "target": one.target,
                "complete": one.is_complete,
                "secrets": [_entry(need) for need in one.needs],
            }
            for one in found
        ],
    }


def _entry(need: Need) -> dict[str, Any]:
    return {
        "path": need.reference.path,
        "label": need.reference.label,
        "there": need.error is None,
        "usedBy": [{"kind": user.kind, "name": user.name, "file": user.file} for user in need.users],
        "code": need.error.code if need.error else "",
        "message": need.error.message if need.error else "",
        "fix": need.error.fix if need.error else "",
    }
