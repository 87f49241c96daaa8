"""A platform compared with what is assumed of it: looked at, and tried with a throw-away action if asked."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from toolkit.app.connect import connection_of
from toolkit.core.errors import AjoError
from toolkit.platform.checking.probe import clear, leftovers, probe_name, try_out
from toolkit.platform.checking.sightings import Inspector
from toolkit.platform.checking.verdicts import Checked, judge
from toolkit.platform.port import SecretResolver
from toolkit.workspace.settings import Target


def check_target(name: str, target: Target, resolve: SecretResolver, probe: str = "") -> Checked:
    """Return what a target's platform says of every assumed fact; reads only, unless `probe` names an action.

    Raises :class:`PlatformError` where nobody gets in. What a probe leaves behind is in the result; where it
    was interrupted, AJO513 says it.
    """
    with closing(Inspector(connection_of(target, resolve))) as inspector:
        seen = inspector.see(is_production=target.production)
        old = leftovers(list(seen.actions))
        left = [f"the action {each['name']} ({each['uid']}), from an earlier check" for each in old]
        seen = replace(seen, actions=tuple(each for each in seen.actions if each not in old))
        trouble = ""
        if probe and seen.no_list:
            probe, trouble = "", "the list can't be read, so what is created could not be found again"
        elif probe:
            left = clear(inspector, old)
            tried = try_out(inspector, probe)
            left += [tried.leftover] if tried.leftover else []
            trouble = tried.trouble
            seen = replace(seen, probed=tried.probed, not_probed=trouble)
        facts = tuple(replace(each, seen=inspector.shown(each.seen)) for each in judge(seen))
        shown = tuple(map(inspector.shown, left))
        return Checked(name, target.organisation, target.sandbox, facts, probe, trouble, shown)


def new_probe(target: Target, *, in_production: bool) -> str:
    """Return the name of a throw-away action; raises AJO610 where a production sandbox was not meant."""
    if target.production and not in_production:
        raise AjoError("AJO610", f"sandbox {target.sandbox} is a production one; no action is tried there")
    return probe_name()
