"""What settings say of secrets: where a target's come from, and which hosts each may go to."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from toolkit.model.base import Model, branch, chosen_by, mark

PATH_MARK = "{path}"
"""Stands in a command where the secret's path is to be."""

_HOST = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_SECRETS = re.compile(r"[A-Za-z0-9_./*-]+")


def _kebab(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class SettingsModel(Model):
    """A table of the settings; keys are spelled in kebab-case."""

    model_config = ConfigDict(alias_generator=_kebab)


class EnvironmentSecrets(SettingsModel):
    """Secrets from environment variables: ``slack/bot-token`` is in ``AJO_SECRET_SLACK_BOT_TOKEN``."""

    from_: Literal["environment"] = "environment"
    prefix: str = "AJO_SECRET_"


class DirectorySecrets(SettingsModel):
    """Secrets from files, one each, as container platforms mount them: ``slack/bot-token`` below `path`."""

    from_: Literal["directory"]
    path: str = Field(min_length=1)


def _asks_for_one(command: list[str]) -> list[str]:
    if PATH_MARK in command[0] or not any(PATH_MARK in argument for argument in command[1:]):
        raise PydanticCustomError(
            "command",
            "an argument after the program has to hold {mark}: the secret's path",
            {"mark": PATH_MARK},
        )
    return command


class CommandSecrets(SettingsModel):
    """Secrets from what a program prints, one call each, without a shell; run only where that is trusted."""

    from_: Literal["command"]
    command: Annotated[
        list[Annotated[str, Field(min_length=1)]], Field(min_length=2), AfterValidator(_asks_for_one)
    ]
    timeout_seconds: int = Field(default=30, ge=1, le=300)


class KeyringSecrets(SettingsModel):
    """Secrets from the keyring of the system: under `service`, the path of the secret as the user name."""

    from_: Literal["keyring"]
    service: str = Field(default="ajo-actions", min_length=1)


class MadeUpSecrets(SettingsModel):
    """Secrets nobody needs to know, made from their own names; only for a target on this machine."""

    from_: Literal["made-up"]


_SOURCES = ("environment", "directory", "command", "keyring", "made-up")


def _source(value: Any) -> str | None:
    name = value.get("from", "environment") if isinstance(value, dict) else None
    return mark(name) if name in _SOURCES else None


SecretSource = Annotated[
    Annotated[EnvironmentSecrets, branch("environment")]
    | Annotated[DirectorySecrets, branch("directory")]
    | Annotated[CommandSecrets, branch("command")]
    | Annotated[KeyringSecrets, branch("keyring")]
    | Annotated[MadeUpSecrets, branch("made-up")],
    chosen_by(_source, 'a table with from = "environment", "directory", "command", "keyring" or "made-up"'),
]


def _host_pattern(text: str) -> str:
    if not _HOST.fullmatch(text):
        message = "a host name in small letters is needed, or *. and one for all hosts below it"
        raise PydanticCustomError("host", message)
    return text


def _secret_pattern(text: str) -> str:
    if not _SECRETS.fullmatch(text):
        raise PydanticCustomError("secret", "the path of a secret is needed; * stands for any text in it")
    return text


HostPattern = Annotated[str, AfterValidator(_host_pattern)]
SecretPattern = Annotated[str, AfterValidator(_secret_pattern)]
SecretHosts = dict[SecretPattern, list[HostPattern]]
"""The hosts that secrets may go to, by the path of the secret; ``*`` in a path stands for any text."""
