"""Send requests of an action as a journey would, and see what the journey would see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from toolkit.app.validate import validate
from toolkit.core.diagnostics import Finding, has_errors
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.exercise import Exchange, Limits, Rendered, ResolveSecret
from toolkit.exercise.caller import Caller, Network, Runtime
from toolkit.exercise.certificate import read_certificate
from toolkit.exercise.routes import Routes, host_of
from toolkit.exercise.shell import Shell
from toolkit.exercise.tls import TlsFiles
from toolkit.exercise.token import Certificate
from toolkit.model.document import to_document
from toolkit.model.guardrails import CAMPAIGN_CAP, DEFAULT_CAP, Rate
from toolkit.model.kinds import CampaignAction, CustomAction, Definition, parse_definition
from toolkit.rules.facts import facts_of
from toolkit.rules.patterns import limits_action
from toolkit.workspace.case_files import load_case_file
from toolkit.workspace.listing import CASES_ENDING, Listed
from toolkit.workspace.load import DefinitionFile, Workspace
from toolkit.workspace.read import read_named
from toolkit.workspace.secret_settings import EnvironmentSecrets
from toolkit.workspace.secrets import variable_name
from toolkit.workspace.settings import Target
from toolkit.workspace.values import Filled, for_target


@dataclass(frozen=True, slots=True)
class Subject:
    """An action that can be exercised at a target: filled in, checked, with the cap that holds for its calls.

    A Campaign action is the custom action that its integration makes of it; `definition` is what was filled.
    """

    target_name: str
    target: Target
    action: CustomAction
    origin: DefinitionFile
    cap: Rate
    definition: CustomAction | CampaignAction

    @property
    def limits(self) -> Limits:
        """The platform's limits for its calls."""
        return Limits(caps={host_of(self.action.endpoint.url): self.cap})


def subject_of(workspace: Workspace, target_name: str | None, name: str) -> Subject:
    """Return the action `name` ready to be exercised.

    Raises :class:`AjoError` AJO308 when there is none of that name, AJO704 for a Campaign action without an
    address, :class:`InvalidDefinitions` when its file has errors; other files may have theirs.
    """
    chosen, target = workspace.target(target_name)
    findings = validate(workspace)
    filled = for_target(workspace, chosen).filled
    for item in filled:
        if item.definition.name == name and isinstance(item.definition, (CustomAction, CampaignAction)):
            _refuse_errors(found for found in findings if found.file == item.origin.file)
            action = _as_custom(item.definition, target)
            cap = _cap_of(action, filled) if action is item.definition else CAMPAIGN_CAP
            return Subject(chosen, target, action, item.origin, cap, item.definition)
    _refuse_errors(found for found in findings if found.file.endswith(f"/{name}.json"))
    known = ", ".join(sorted(item.definition.name for item in workspace.definitions)) or "none"
    raise AjoError("AJO308", f'target "{chosen}" has no action "{name}"; there are: {known}')


def _refuse_errors(findings: Iterable[Finding]) -> None:
    wrong = list(findings)
    if has_errors(wrong):
        raise InvalidDefinitions(wrong)


def _as_custom(definition: CustomAction | CampaignAction, target: Target) -> CustomAction:
    """Return the custom action that calls as `definition` does (Campaign: PF-RUN-12)."""
    if isinstance(definition, CustomAction):
        return definition
    url = definition.endpoint.url if definition.endpoint else target.campaign_url
    if url is None:
        message = f"{definition.name} has no address: the integration with Campaign knows it"
        raise AjoError("AJO704", message)
    document = {key: value for key, value in to_document(definition).items() if key != "campaignType"}
    document |= {"kind": "CustomAction", "endpoint": {"method": "POST", "url": url}}
    parsed = parse_definition(document).definition
    if not isinstance(parsed, CustomAction):
        raise AjoError("AJO704", f"the address of {definition.name} can't be used")
    return parsed


def _cap_of(action: CustomAction, filled: Iterable[Filled]) -> Rate:
    """Return the tightest capping of the target for the action's calls, else the platform's own."""
    own = facts_of(action)
    cappings = (facts_of(item.definition) for item in filled if _is_capping(item.definition))
    rates = [limit.rate for limit in cappings if limit.rate and limits_action(limit, own)]
    return min(rates, key=lambda rate: rate.calls / rate.period_ms, default=DEFAULT_CAP)


def _is_capping(definition: Definition) -> bool:
    return definition.kind == "EndpointConfig"


def values_of_case(workspace: Workspace, subject: Subject, case: str) -> dict[str, Any]:
    """Return the values of a case that stands beside the subject's definition.

    Raises :class:`AjoError` AJO730 when there is none of that name, :class:`InvalidDefinitions` for a file
    that can't be read.
    """
    file = subject.origin.file.removesuffix(".json") + CASES_ENDING
    item, findings = load_case_file(Listed(file, str(workspace.root / file)))
    if item is None:
        raise InvalidDefinitions(findings)
    for each in item.cases.cases:
        if each.name == case:
            return dict(each.values)
    known = ", ".join(each.name for each in item.cases.cases)
    raise AjoError("AJO730", f"{file} has no case {case!r}; there are: {known}")


def network_of(subject: Subject, root: Path, allowed: Iterable[str] = ()) -> Network:
    """Return where the subject's requests may go: the target's routes, and what is allowed beside."""
    tls = subject.target.tls
    files = (str(root / name) if name else "" for name in (tls.authorities, tls.certificate, tls.key))
    return Network(subject.target.routes, (*subject.target.allow_addresses, *allowed), TlsFiles(*files))


def runtime_of(subject: Subject, root: Path) -> Runtime:
    """Return the platform's part; raises :class:`AjoError` for a certificate that can't be used."""
    return Runtime(limits=subject.limits, certificate=_certificate_of(subject, root))


def _certificate_of(subject: Subject, root: Path) -> Certificate | None:
    tls, authentication = subject.target.tls, subject.action.authentication
    if getattr(authentication, "sub_type", None) is None or not tls.certificate or not tls.key:
        return None
    return read_certificate(read_named(root / tls.certificate), read_named(root / tls.key))


def exercise_once(
    subject: Subject,
    root: Path,
    values: Mapping[str, Any],
    resolve: ResolveSecret,
    *,
    timeout_s: float = 30.0,
    allowed: Iterable[str] = (),
) -> Exchange:
    """Send one request with `values` by address; raises what :meth:`Caller.call` does."""
    with Caller(resolve, network_of(subject, root, allowed), runtime_of(subject, root)) as caller:
        return caller.call(subject.action, values, timeout_s=timeout_s)


def curl_of(subject: Subject, rendered: Rendered, timeout_s: float) -> str:
    """Return the equivalent commands; secrets are the variables that secrets from the environment have."""
    source = subject.target.secrets
    prefix = source.prefix if isinstance(source, EnvironmentSecrets) else EnvironmentSecrets().prefix
    shell = Shell(partial(variable_name, prefix=prefix), Routes.of(subject.target.routes).sent_to)
    return shell.commands(subject.action, rendered, timeout_s)
