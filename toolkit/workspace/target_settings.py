"""What settings say of a target: a sandbox and how to get in, a folder, or a kind that a package brings."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.core.canonical import digest
from toolkit.model.base import Maybe, SecretText, branch, chosen_by, mark
from toolkit.model.text import ReferenceSyntaxError, SecretRef, parse_text
from toolkit.workspace.secret_settings import EnvironmentSecrets, SecretHosts, SecretSource, SettingsModel
from toolkit.workspace.urls import ServiceUrl, comparable

if TYPE_CHECKING:
    from toolkit.workspace.api_settings import Api

PLATFORM, DIRECTORY = "platform", "directory"
"""The kinds of target that are ours."""


def _one_secret(text: str) -> str:
    try:
        parts = parse_text(text)
    except ReferenceSyntaxError:
        parts = ()
    if [type(part) for part in parts] != [SecretRef]:
        raise PydanticCustomError(
            "secret", "write a reference like ${secret:platform/client-secret}, never the secret"
        )
    return text


def _header_text(text: str) -> str:
    if not re.fullmatch(r"[!-~]+", text):
        raise PydanticCustomError("header", "only visible ASCII characters without spaces can be sent here")
    return text


HeaderText = Annotated[str, AfterValidator(_header_text)]
OneSecret = Annotated[str, AfterValidator(_one_secret)]


def _remote_name(text: str) -> str:
    if not REMOTE_NAME.fullmatch(text):
        raise PydanticCustomError("remote", "the name of a git remote is needed, such as origin")
    return text


REMOTE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}")
RemoteName = Annotated[str, AfterValidator(_remote_name)]


Treatment = Literal["refuse", "overwrite", "keep"]
"""What becomes of a change that somebody else made on the platform."""


class TlsSettings(SettingsModel):
    """PEM files for exercising, relative to the root.

    Authorities to trust beside the public ones; a certificate of yours in place of Adobe's, and its key.
    """

    authorities: Maybe[str] = Field(default=None, min_length=1)
    certificate: Maybe[str] = Field(default=None, min_length=1)
    key: Maybe[str] = Field(default=None, min_length=1)


class Target(SettingsModel):
    """One sandbox of one organisation, and how to get in."""

    kind: str = PLATFORM
    base_url: ServiceUrl = "https://platform.adobe.io/journey/orchestration"
    journeys_url: ServiceUrl = "https://platform.adobe.io/ajo"
    ims_url: ServiceUrl = "https://ims-na1.adobelogin.com"
    audit_url: Maybe[ServiceUrl] = None
    audit_log: bool = True
    organisation: HeaderText
    sandbox: HeaderText
    production: bool = False
    client_id: SecretText
    client_secret: OneSecret
    scopes: list[HeaderText] = Field(
        default=[
            "openid",
            "AdobeID",
            "read_organizations",
            "additional_info.projectedProductContext",
            "session",
        ],
        min_length=1,
    )
    values: dict[str, str] = Field(default_factory=dict)
    secrets: SecretSource = EnvironmentSecrets()
    secret_hosts: Maybe[SecretHosts] = None
    secret_fingerprint_key: Maybe[OneSecret] = None
    routes: dict[str, ServiceUrl] = Field(default_factory=dict)
    campaign_url: Maybe[ServiceUrl] = None
    allow_addresses: list[str] = Field(default_factory=list)
    tls: TlsSettings = TlsSettings()
    workers: int = Field(default=8, ge=1, le=32)
    timeout_seconds: int = Field(default=30, ge=1, le=300)
    staleness_seconds: int = Field(default=5, ge=0, le=300)
    on_drift: Treatment = "overwrite"
    on_conflict: Treatment = "refuse"
    lease: Maybe[RemoteName] = None
    lease_minutes: int = Field(default=15, ge=2, le=1440)
    allow_destroy: bool = False
    max_updates_percent: int = Field(default=33, ge=0, le=100)
    max_deletes_percent: int = Field(default=33, ge=0, le=100)
    evidence: Maybe[Literal["required"]] = None
    evidence_days: int = Field(default=30, ge=1, le=3650)
    api: dict[str, Any] = Field(default_factory=dict)
    """How collections are spoken to; read by :meth:`apis`, which few targets need."""

    def apis(self) -> dict[str, Api]:
        """Return the collections that are spoken to in another way than by the convention."""
        if not self.api:
            return {}
        from toolkit.workspace.api_settings import apis_of  # noqa: PLC0415  # its models take long to make

        return apis_of(self.api)

    @property
    def audit_address(self) -> str:
        """Where the audit log is: at the host of the other APIs where that is not stated, "" for nowhere."""
        if not self.audit_log:
            return ""
        scheme, _, rest = self.base_url.partition("://")
        return self.audit_url or f"{scheme}://{rest.partition('/')[0]}/data/foundation"

    @property
    def place(self) -> str:
        """Where the target is, as people say it."""
        return self.base_url

    @property
    def days_of_evidence(self) -> int | None:
        """How old evidence of a changed action may be, None where the target demands none."""
        return self.evidence_days if self.evidence else None


_OF_THE_PLATFORM = (
    "base-url",
    "journeys-url",
    "ims-url",
    "audit-url",
    "audit-log",
    "client-id",
    "client-secret",
    "scopes",
    "api",
)
"""What says how to get in at the platform, and means nothing to another kind."""


_KIND = re.compile(r"[A-Za-z0-9_.-]{1,60}")


class PluggedTarget(Target):
    """A target of a kind that is not the platform; what is not for all kinds is the kind's own.

    An organisation or sandbox that is not stated stands for the kind and its options, so that a plan for one
    place is never taken for one of another.
    """

    model_config = ConfigDict(extra="allow")

    organisation: str
    sandbox: str
    client_id: SecretText = ""
    client_secret: str = ""

    @model_validator(mode="before")
    @classmethod
    def _name_the_place(cls, table: Any) -> Any:
        kind = table["kind"]
        if not _KIND.fullmatch(kind):
            raise PydanticCustomError("kind", "a kind is a name of letters, digits, dots, - and _")
        foreign = [name for name in _OF_THE_PLATFORM if name in table]
        if foreign:
            message = "{names} means nothing to a target of kind {kind}"
            raise PydanticCustomError("foreign", message, {"names": ", ".join(foreign), "kind": kind})
        known = set(cls.field_names())
        options = {name: str(value) for name, value in table.items() if name not in known or name == "path"}
        place = options["path"] if list(options) == ["path"] else digest(options)[7:19]
        return {"organisation": kind, "sandbox": place, **table}

    @property
    def options(self) -> Mapping[str, Any]:
        """What the table says beside what all kinds know."""
        return dict(self.model_extra or {})

    @property
    def place(self) -> str:
        """Where the target is, as people say it."""
        return f"{self.kind} {self.sandbox}"


def _folder_below(text: str) -> str:
    parts = text.split("/")
    if not text or text.startswith("/") or "\\" in text or "\x00" in text or {"..", "", ".git"} & set(parts):
        message = "a folder of the workspace is needed, relative to its root"
        raise PydanticCustomError("folder", message)
    return text


class DirectoryTarget(PluggedTarget):
    """A folder of the workspace, a file for each resource."""

    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, AfterValidator(_folder_below)]


_PLATFORM, _DIRECTORY, _PLUGGED = mark(PLATFORM), mark(DIRECTORY), mark("plugged")


def _kind_of(table: Any) -> str:
    kind = table.get("kind", PLATFORM) if isinstance(table, dict) else PLATFORM
    if kind == PLATFORM or not isinstance(kind, str):
        return _PLATFORM
    return _DIRECTORY if kind == DIRECTORY else _PLUGGED


AnyTarget = Annotated[
    Annotated[Target, branch(PLATFORM)]
    | Annotated[DirectoryTarget, branch(DIRECTORY)]
    | Annotated[PluggedTarget, branch("plugged")],
    chosen_by(_kind_of, "a table"),
]


def identity_of(target: Target, root: Path) -> str:
    """Return a digest of what `target` leads to from a workspace at `root`, whatever its name.

    A folder is known by where it really is, so that each checkout has its own; a kind that a package brings
    by all of its options.
    """
    parts: list[Any]
    match target:
        case DirectoryTarget(path=path):
            parts = [target.kind, os.path.realpath(root / path)]
        case PluggedTarget(options=options):
            stated = {name: str(value) for name, value in options.items()}
            parts = [target.kind, target.organisation, target.sandbox, stated]
        case _:
            parts = [target.kind, comparable(target.base_url), target.organisation, target.sandbox]
    return digest(parts).partition(":")[2]
