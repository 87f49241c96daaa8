"""From a wish to a definition that can be looked at and put in its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from toolkit.app.new.call import Call, draft_of_call
from toolkit.app.new.capping import CappingWish, capping_fields
from toolkit.app.new.choice import Choice
from toolkit.app.new.credentials import Vault, slug
from toolkit.app.new.draft import Draft
from toolkit.app.new.from_curl import call_of_curl
from toolkit.app.new.from_example import call_of_options
from toolkit.app.new.from_openapi import Wish, draft_of_operation
from toolkit.app.new.openapi_spec import read_description
from toolkit.app.new.openapi_url import PathWish, server_of
from toolkit.app.new.place import Made, check_name, folder_for, made
from toolkit.app.new.request import take_request
from toolkit.core.canonical import Json
from toolkit.core.errors import AjoError
from toolkit.model.document import texts
from toolkit.model.text import SecretRef, secret_refs, value_names
from toolkit.workspace.load import Workspace
from toolkit.workspace.secret_settings import EnvironmentSecrets
from toolkit.workspace.secrets import variable_name

_ORDER = (
    "name",
    "description",
    "endpoint",
    "authentication",
    "request",
    "allowNullValues",
    "response",
    "failureResponse",
)


@dataclass(frozen=True, slots=True)
class ActionWish:
    """What an action is made from: a curl command, a description's operation, or URL and method alone.

    Examples and options that are given win over what the command or description says.
    """

    name: str
    url: str | None = None
    method: str | None = None
    folder: str | None = None
    headers: tuple[str, ...] = ()
    request: Json = None
    response: Json = None
    failure: Json = None
    choice: Choice = field(default_factory=Choice)
    curl: str | None = field(default=None, repr=False)
    description: Path | None = None
    operation: str = ""
    path: PathWish = field(default_factory=PathWish)


@dataclass(frozen=True, slots=True)
class Result:
    """A definition, what is doubtful or was left out, and the secrets that it refers to."""

    made: Made
    doubts: tuple[tuple[str, list[str]], ...] = ()
    notes: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def make_action(workspace: Workspace, wish: ActionWish) -> Result:
    """Make a custom action; nothing is written. Raises :class:`AjoError`, which shows no credential."""
    check_name("CustomAction", wish.name)
    folder_for("", wish.folder, wish.name)
    vault = Vault(slug(wish.folder or wish.name))
    draft, folder = _described(wish, vault) if wish.description else _called(wish, vault)
    draft.take_answers(wish.response, wish.failure)
    draft.document["name"] = wish.name
    fields = {name: draft.document[name] for name in _ORDER if name in draft.document}
    result = made(workspace, "CustomAction", fields, folder)
    return _result(workspace, result, fields, draft, vault)


def make_capping(workspace: Workspace, wish: CappingWish, folder: str | None) -> Result:
    """Make a capping; nothing is written. Raises :class:`AjoError`."""
    check_name("EndpointConfig", wish.name)
    fields = capping_fields(wish)
    result = made(workspace, "EndpointConfig", fields, folder_for(wish.url, folder, wish.name))
    return _result(workspace, result, fields, Draft(fields), Vault(""))


def _called(wish: ActionWish, vault: Vault) -> tuple[Draft, str]:
    if wish.curl is not None:
        call = call_of_curl(wish.curl, has_body=wish.request is not None)
    else:
        call = Call((wish.method or "").upper(), wish.url or "")
    options = call_of_options(wish.method or call.method, wish.url or call.url, wish.headers, wish.request)
    given = {name.lower() for name, _ in options.headers}
    headers = (*options.headers, *(pair for pair in call.headers if pair[0].lower() not in given))
    body = wish.request if wish.request is not None else call.body
    call = replace(call, method=options.method, url=options.url, headers=headers, body=body)
    folder = folder_for(call.url, wish.folder, wish.name)
    vault.folder = "/".join(map(slug, folder.split("/")))
    return draft_of_call(call, wish.choice, vault), folder


def _described(wish: ActionWish, vault: Vault) -> tuple[Draft, str]:
    has_body = wish.request is not None
    _refuse_beside_description(wish, has_body=has_body)
    description = read_description(wish.description or Path())
    server = wish.url or server_of(description, description.operation(wish.operation), Draft({}))
    folder = folder_for(server, wish.folder, wish.name)
    vault.folder = "/".join(map(slug, folder.split("/")))
    draft = draft_of_operation(
        description, Wish(wish.operation, wish.url, wish.path), vault, has_body=has_body
    )
    if has_body:
        wish.choice.check(wish.request, (), ())
        take_request(draft, wish.request, wish.choice)
    return draft, folder


def _refuse_beside_description(wish: ActionWish, *, has_body: bool) -> None:
    fix = "Leave the option out and change the file that is made."
    if wish.method is not None or wish.headers:
        raise AjoError("AJO901", "--method and --header are the description's affair", fix=fix)
    if wish.choice != Choice() and not has_body:
        raise AjoError("AJO901", "constants and variables are chosen in an example, --request", fix=fix)


def _result(
    workspace: Workspace, item: Made, fields: dict[str, object], draft: Draft, vault: Vault
) -> Result:
    kind = "CustomAction" if "endpoint" in fields else "EndpointConfig"
    found = [text for _, text in texts(kind, fields)]
    values = dict.fromkeys(name for text in found for name in value_names(text))
    if values and not workspace.settings.targets:
        draft.note(f"add to the values of each target: {', '.join(values)}")
    secrets = dict.fromkeys(reference for text in found for reference in secret_refs(text))
    mask = vault.redactor.text
    return Result(
        item,
        tuple((mask(question), [mask(place) for place in places]) for question, places in draft.grouped()),
        tuple(map(mask, draft.notes)),
        tuple(_said(workspace, reference) for reference in secrets),
    )


def _said(workspace: Workspace, reference: SecretRef) -> str:
    """Return a secret's reference, with its environment variable where the default target reads one."""
    settings = workspace.settings
    target = settings.targets.get(settings.default_target or next(iter(settings.targets), ""))
    if target is None or not isinstance(target.secrets, EnvironmentSecrets):
        return str(reference)
    return f"{reference} (environment: {variable_name(reference, target.secrets.prefix)})"
