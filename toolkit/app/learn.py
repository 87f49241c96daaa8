"""From a recording of the product's own screens to settings of a target; nothing leaves this machine."""

from __future__ import annotations

from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.platform.teaching.har import MAX_RECORDING_BYTES, read_recording
from toolkit.platform.teaching.proposal import Proposal, propose
from toolkit.workspace.read import read_bytes
from toolkit.workspace.settings import Target


def learn(recording: Path, target: Target) -> Proposal:
    """Return what a recording says of a target's API; raises :class:`AjoError` AJO830 and AJO831."""
    try:
        content = read_bytes(recording, MAX_RECORDING_BYTES)
    except AjoError as error:
        raise AjoError("AJO830", f"{recording}: {error.message}") from None
    known = frozenset({target.organisation, target.sandbox})
    try:
        return propose(read_recording(content, known), target.base_url, target.sandbox)
    except AjoError as error:
        raise AjoError(error.code, f"{recording}: {error.message}") from None
