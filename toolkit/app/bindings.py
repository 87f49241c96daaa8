"""Secrets that would go to a host which the settings don't name for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.app.examine import Known
from toolkit.app.sources import Sources
from toolkit.core.diagnostics import Finding, Problem
from toolkit.model.credentials import hosts_of, is_among
from toolkit.rules.facts import SecretUse
from toolkit.workspace.settings import LoadedSettings


def secrets_astray(loaded: LoadedSettings, known: Sequence[Known], sources: Sources) -> Iterator[Finding]:
    """Yield an error for each secret that a target with a table of hosts would send to another one."""
    for name, target in loaded.settings.targets.items() if loaded.settings else ():
        if target.secret_hosts is None:
            continue
        for item in known:
            for use in item.facts[name].secrets if name in item.facts else ():
                bound = hosts_of(use[0], target.secret_hosts)
                if not is_among(use[1], bound):
                    yield sources.of(item.file).finding(_problem(use, bound, name))


def _problem(use: SecretUse, bound: Sequence[str], target: str) -> Problem:
    secret, host, path = use
    where = host or "a host that the URL does not tell"
    names = ", ".join(bound) or "no host"
    message = f'in target "{target}" the secret {secret} would go to {where}; it is bound to {names}'
    fix = f"Correct the URL, or name the host in [targets.{target}.secret-hosts] of the settings."
    return Problem("AJO342", path, message, fix)
