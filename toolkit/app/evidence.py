"""Evidence of an exercise: may this one be any, and the record of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from toolkit.app.exercise import Subject
from toolkit.core.errors import AjoError
from toolkit.exercise import Exchange
from toolkit.exercise.evidence import NoEvidence, Occasion, evidence_of
from toolkit.exercise.routes import host_of
from toolkit.model.authentication import CustomAuthorization
from toolkit.model.document import comparable
from toolkit.model.evidence import proven_digest
from toolkit.workspace.evidence_files import write_evidence
from toolkit.workspace.settings import is_on_this_machine


def require_own_endpoint(subject: Subject) -> None:
    """Raise :class:`AjoError` AJO707 where a stand-in would answer for a host of the action.

    At a target on this machine stand-ins are all there is, and count there.
    """
    routed = sorted(set(_stand_ins(subject)))
    if routed and not is_on_this_machine(subject.target):
        message = f"routes of target {subject.target_name} lead {', '.join(routed)} to a stand-in"
        raise AjoError("AJO707", message)


def keep_evidence(
    root: Path, subject: Subject, values: Mapping[str, Any], exchange: Exchange, now: datetime, tool: str
) -> str:
    """Write the record of an exchange made `now` (UTC) by version `tool`; returns its file.

    Raises :class:`NoEvidence` for an exchange that does not count, and then what was there stays.
    """
    target = subject.target
    routed = [call.request.url for call in exchange.calls if call.request.sent_to != call.request.url]
    if routed and not is_on_this_machine(target):
        raise NoEvidence(f"{host_of(routed[0])} was led to a stand-in on the way")
    occasion = Occasion(
        kind=subject.definition.kind,
        definition=proven_digest(comparable(subject.definition)),
        target=subject.target_name,
        organisation=target.organisation,
        sandbox=target.sandbox,
        exercised_at=now.replace(microsecond=0),
        tool=tool,
        stand_in=bool(routed),
    )
    return write_evidence(root, evidence_of(subject.action, values, exchange, occasion))


def _stand_ins(subject: Subject) -> Iterator[str]:
    """Yield the hosts of the action that routes lead elsewhere."""
    routed = {host.lower() for host in subject.target.routes}
    authentication = subject.action.authentication
    token_url = authentication.endpoint if isinstance(authentication, CustomAuthorization) else ""
    yield from (host for host in map(host_of, (subject.action.endpoint.url, token_url)) if host in routed)
