"""From a target's kind to what stands behind it: ours, or the one that an installed package brings.

Installed is trusted. Code that stands in the workspace, which may be somebody's proposal, is not run without
a word, not even where it is installed in place.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.model.text import SecretRef
from toolkit.platform.port import Platform, SecretResolver
from toolkit.platform.veil import Veil
from toolkit.targets.directory import DirectoryPlatform
from toolkit.targets.guarded import METHODS, Guarded
from toolkit.workspace.settings import DirectoryTarget, PluggedTarget, is_inside

GROUP = "ajo.targets"
"""The entry points of packages that bring kinds of target; an entry point's name is the kind."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a kind gets to open a target.

    Args:
        kind: its own name.
        organisation, sandbox: as the settings have them; what is not stated there stands for the kind and its
            options.
        options: what else the target's table says, as TOML gives it; a reference to a secret in it is a text.
        root: the workspace's folder.
        resolve: gives the secret that a reference names.
        workers: how many calls may come at once.
        timeout_s: how long one request may take, in seconds.
    """

    kind: str
    organisation: str
    sandbox: str
    options: Mapping[str, Any]
    root: Path
    resolve: SecretResolver = field(repr=False)
    workers: int = 8
    timeout_s: float = 30.0


Kind: TypeAlias = Callable[[Opening], Platform]
"""What an entry point leads to: opens a target, or raises ``ValueError`` to say which option is wrong."""


def open_target(
    target: PluggedTarget, root: Path, resolve: SecretResolver, *, trust: bool = False
) -> Platform:
    """Open a target that is no platform; code that stands in the workspace is run with `trust` only.

    Raises:
        AjoError: AJO345 for a kind that nobody brings, or that can't be loaded or opened; AJO346 without
            trust.
    """
    if isinstance(target, DirectoryTarget):
        return DirectoryPlatform(root / target.path, inside=root, production=target.production)
    point, shown = _point_of(target.kind)
    if not trust:
        _require_installed(point, root, shown)
    try:
        kind = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  # a package may do anything
        raise AjoError("AJO345", f"{shown} can't be loaded: {_words(error)}") from None
    return _opened(kind, target, root, resolve, shown)


def _point_of(kind: str) -> tuple[EntryPoint, str]:
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    found = {point.value: point for point in points if point.name == kind}
    if not found:
        known = ", ".join(dict.fromkeys(["platform", "directory", *(point.name for point in points)]))
        raise AjoError(
            "AJO345", f'no installed package brings the kind of target "{kind}"; there are {known}'
        )
    if len(found) > 1:
        raise AjoError("AJO345", f'several packages bring the kind of target "{kind}": {", ".join(found)}')
    (point,) = found.values()
    package = f" of {point.dist.name}" if point.dist else ""
    return point, f'kind of target "{kind}"{package} ({point.value})'


def _require_installed(point: EntryPoint, root: Path, shown: str) -> None:
    for place in _places(point):
        if is_inside(place, root) and not is_inside(place, Path(sys.prefix)):
            raise AjoError("AJO346", f"{shown} is code of this workspace: {place}")


def _places(point: EntryPoint) -> list[Path]:
    """Where a package is registered, and where the module that would be imported stands; imports nothing."""
    places = [Path(str(point.dist.locate_file("")))] if point.dist else []
    try:
        spec = find_spec(point.module.partition(".")[0])
    except (ImportError, ValueError):
        spec = None
    if spec is not None:
        places += [Path(place) for place in spec.submodule_search_locations or ()]
        places += [Path(spec.origin)] if spec.has_location and spec.origin else []
    return places


def _opened(kind: Any, target: PluggedTarget, root: Path, resolve: SecretResolver, shown: str) -> Platform:
    veil = Veil()

    def resolved(reference: SecretRef) -> Secret:
        return veil.learn(resolve(reference))

    opening = Opening(
        target.kind,
        target.organisation,
        target.sandbox,
        target.options,
        root,
        resolved,
        target.workers,
        float(target.timeout_seconds),
    )
    try:
        opened = kind(opening)
    except AjoError as error:
        raise AjoError(error.code, f"{shown}: {veil.shown(error.message)}", fix=error.fix) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001
        raise AjoError("AJO345", f"{shown} can't be opened: {veil.shown(_words(error))}") from None
    missing = [name for name in METHODS if not callable(getattr(opened, name, None))]
    if missing:
        raise AjoError("AJO345", f"{shown} gives something without {', '.join(missing)}: it is no platform")
    return Guarded(opened, shown, veil)


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
