"""What must hold before a load sends anything; asked again in every process that sends."""

from __future__ import annotations

from math import inf

from toolkit.app.exercise import Subject
from toolkit.core.errors import AjoError
from toolkit.exercise.load.own import OwnHosts
from toolkit.exercise.load.terms import Terms
from toolkit.exercise.routes import Routes
from toolkit.exercise.token import render_token_request
from toolkit.model.authentication import CustomAuthorization
from toolkit.workspace.load import Workspace
from toolkit.workspace.own_hosts import LoadSettings


def own_hosts_of(workspace: Workspace) -> OwnHosts:
    """Return the hosts that the settings list; nothing else ever adds one."""
    settings = workspace.settings.load
    return OwnHosts(settings.doors(), settings.token_doors())


def goals_of(subject: Subject) -> tuple[str, str | None]:
    """Return where the action's requests really go, and those for its token if it needs one."""
    routes = Routes.of(subject.target.routes)
    authorization = subject.action.authentication
    token = None
    if isinstance(authorization, CustomAuthorization):
        token = routes.sent_to(render_token_request(authorization).url)
    return routes.sent_to(subject.action.endpoint.url), token


def check_load(workspace: Workspace, subject: Subject, terms: Terms, *, in_production: bool) -> None:
    """Raise :class:`AjoError` unless a load may be put on the subject's endpoint.

    AJO750 for a host that is not listed, AJO751 for a production target without a word, AJO752 for more than
    the settings allow.
    """
    if subject.target.production and not in_production:
        raise AjoError("AJO751", f'target "{subject.target_name}" is a production one')
    own = own_hosts_of(workspace)
    action, token = goals_of(subject)
    own.check(action)
    if token is not None:
        own.check(token, for_token=True)
    check_terms(terms, workspace.settings.load)


def check_terms(terms: Terms, settings: LoadSettings) -> None:
    """Raise :class:`AjoError` AJO752 for terms that are more than the settings allow, or no terms at all."""
    for what, wanted in (("--spawn-rate", terms.spawn_rate), ("--timeout", terms.timeout_s)):
        if not 0 < wanted < inf:
            raise AjoError("AJO752", f"{wanted:g} is no {what}", fix="State a number above 0.")
    asked = (
        ("users", terms.users, "max-users", settings.max_users),
        ("exercises a second", terms.rate, "max-rate", settings.max_rate),
        ("seconds", terms.run_time_s, "max-run-time-seconds", settings.max_run_time_seconds),
    )
    for what, wanted, name, most in asked:
        if not wanted > 0:  # what is no number is neither above nor below another
            raise AjoError("AJO752", f"{wanted:g} {what} are none", fix="State a number above 0.")
        if wanted > most:
            fix = f"Ask for less, or set {name} in [tool.ajo.load]."
            raise AjoError("AJO752", f"{wanted:g} {what} are more than {most:g}", fix=fix)
