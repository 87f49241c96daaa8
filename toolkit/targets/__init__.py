"""Targets that are no platform: a folder of files, and the kinds that installed packages bring.

Promise: whatever a target is, the rest of the house meets :class:`Platform`. A kind that is not ours is held
to it at every call: what it raises or answers wrongly is one clear error with its name.

In: a target's settings, the workspace's root, a resolver of secrets. Out: a platform. What to write is
decided elsewhere (see ``plan``), in which order too (see ``sync``). A package that brings a kind imports from
here alone; ``docs/plugins.md`` shows one.
"""

from toolkit.core.canonical import digest, dump_json, parse_json
from toolkit.model.catalog import Catalog, JourneyUse, RemoteRef, Resource, ResourceKey
from toolkit.platform.adapter import sendable_document
from toolkit.platform.port import (
    LiveState,
    OtherResource,
    Outcome,
    Platform,
    PlatformError,
    SecretResolver,
    Written,
)
from toolkit.targets.directory import DirectoryPlatform
from toolkit.targets.filed import as_shown
from toolkit.targets.kinds import GROUP, Opening, open_target

__all__ = [
    "GROUP",
    "Catalog",
    "DirectoryPlatform",
    "JourneyUse",
    "LiveState",
    "Opening",
    "OtherResource",
    "Outcome",
    "Platform",
    "PlatformError",
    "RemoteRef",
    "Resource",
    "ResourceKey",
    "SecretResolver",
    "Written",
    "as_shown",
    "digest",
    "dump_json",
    "open_target",
    "parse_json",
    "sendable_document",
]
