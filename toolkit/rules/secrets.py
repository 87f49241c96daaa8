"""Credentials are secret references, never text of a definition (AJO25x). No message shows one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.core.pointer import Path
from toolkit.model.authentication import ApiKeyAuthentication, BasicAuthentication
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.model.text import SECRET_LOST
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.places import (
    Field,
    all_texts,
    constants,
    headers,
    holds,
    query_parameters,
    token_headers,
    token_parameters,
)
from toolkit.rules.reading import has_secret, remembering
from toolkit.rules.rule import ACTIONS, ALL_KINDS, CUSTOM, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import quoted

_CREDENTIAL_HEADERS = ("authorization", "proxy-authorization")
_SECRET_ENDINGS = (
    "apikey",
    "assertion",
    "credential",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "token",
)
_SHAPES = (
    (
        "a Slack token",
        ("xox", "xapp-"),
        re.compile(r"(?<![A-Za-z0-9])xox[a-z]-[A-Za-z0-9-]{10}|(?<![A-Za-z0-9])xapp-\d-[A-Z0-9]{8}"),
    ),
    (
        "an AWS access key",
        ("AKIA", "ASIA"),
        re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ),
    (
        "a GitHub token",
        ("gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_"),
        re.compile(r"(?<![A-Za-z0-9])(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})"),
    ),
    ("a JSON Web Token", ("eyJ",), re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.", re.ASCII)),
    ("a Google API key", ("AIza",), re.compile(r"(?<![\w-])AIza[\w-]{35}(?![\w-])", re.ASCII)),
    ("a Google client secret", ("GOCSPX-",), re.compile(r"(?<![\w-])GOCSPX-[\w-]{20}", re.ASCII)),
    ("a Google token", ("ya29.", "1//0"), re.compile(r"(?<![\w-])(?:ya29\.|1//0)[\w-]{20}", re.ASCII)),
    (
        "a Stripe key",
        ("k_live_", "whsec_"),
        re.compile(r"(?<![A-Za-z0-9])(?:[rs]k_live_|whsec_)[A-Za-z0-9]{16}"),
    ),
    ("a private key", ("-----BEGIN ",), re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY")),
    (
        "the address of a Slack webhook",
        ("hooks.slack.com/",),
        re.compile(r"hooks\.slack\.com/(?:services|workflows)/[A-Z0-9]"),
    ),
    ("a Facebook token", ("EAA",), re.compile(r"(?<![A-Za-z0-9])EAA[A-Za-z0-9]{30}")),
    ("a SendGrid key", ("SG.",), re.compile(r"(?<![\w-])SG\.[\w-]{20,24}\.[\w-]{30}", re.ASCII)),
    ("a Mailgun key", ("key-",), re.compile(r"(?<![A-Za-z0-9-])key-[0-9a-f]{32}")),
    ("a Twilio key", ("SK",), re.compile(r"(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])")),
    (
        "a GitLab token",
        ("glpat-", "gldt-", "glrt-"),
        re.compile(r"(?<![\w-])gl(?:pat|dt|rt)-[\w-]{20}", re.ASCII),
    ),
    (
        "a Shopify token",
        ("shpat_", "shpca_", "shppa_", "shpss_"),
        re.compile(r"(?<![A-Za-z0-9])shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ),
)
MARKS_OF_TOKENS = tuple(mark for _, marks, _ in _SHAPES for mark in marks)


def known_token(text: str) -> bool:
    """Tell whether a text holds a token of a well-known shape."""
    return any(shape.search(text) for _, _, shape in _SHAPES)


def is_credential_place(path: Path) -> bool:
    """Tell whether what stands at `path` is a credential by the name of its place."""
    if path in (("authentication", "password"), ("authentication", "value")):
        return True
    name = next((part for part in reversed(path) if isinstance(part, str) and not part.startswith("$")), "")
    return names_credential(name)


@remembering
def looks_secret(name: str) -> bool:
    """Tell whether what stands under a name is usually a credential."""
    letters = "".join(character for character in name.lower() if character.isalnum())
    return letters.endswith(_SECRET_ENDINGS)


def looks_like_credential(text: str) -> bool:
    """Tell whether a text holds a well-known form of token or key."""
    return any(shape.search(text) for _, _, shape in _SHAPES)


def names_credential(name: str) -> bool:
    """Tell whether what is sent under a name is usually a credential, the headers of HTTP included."""
    return name.lower() in _CREDENTIAL_HEADERS or looks_secret(name)


def _in_the_open(text: str) -> bool:
    return bool(text.strip()) and not has_secret(text) and SECRET_LOST not in text


def _credentials(definition: Definition) -> Iterator[tuple[Path, str, str]]:
    """Yield every text that is a credential by its place, with what to call it."""
    match definition.authentication if isinstance(definition, CustomAction) else None:
        case BasicAuthentication(password=password):
            yield ("authentication", "password"), "the password", password
        case ApiKeyAuthentication(value=value):
            yield ("authentication", "value"), "the API key", value
        case _:
            pass
    for field in token_parameters(definition):
        if looks_secret(field.name):
            yield field.path, f"the parameter {quoted(field.name)}", str(field.value)
    for field in (*headers(definition), *token_headers(definition)):
        if field.name.lower() in _CREDENTIAL_HEADERS and isinstance(field.value, str):
            yield field.path, f"the header {quoted(field.name)}", field.value


def _literal_credentials(definition: Definition) -> Iterator[Remark]:
    for path, what, text in _credentials(definition):
        if _in_the_open(text):
            yield Remark(path, f"{what} holds no ${{secret:…}}")


def _literal_parameters(definition: Definition) -> Iterator[Remark]:
    for field in (*headers(definition), *query_parameters(definition)):
        if _is_open_parameter(definition, field):
            yield Remark(
                field.path, f"{quoted(field.name)} looks like a credential and holds no ${{secret:…}}"
            )


def _is_open_parameter(definition: Definition, field: Field) -> bool:
    if not isinstance(field.value, str) or field.name.lower() in _CREDENTIAL_HEADERS:
        return False
    # Beside an authentication of its own, x-api-key names the caller (as at Adobe) and is no secret.
    is_client_id = field.name.lower() == "x-api-key" and (
        isinstance(definition, CustomAction) and definition.authentication is not None
    )
    return looks_secret(field.name) and not is_client_id and _in_the_open(field.value)


def _lost(definition: Definition) -> Iterator[Remark]:
    if not holds(definition, (SECRET_LOST,)):
        return
    for path, text in all_texts(definition):
        if SECRET_LOST in text:
            yield Remark(path, f"the text is what a sandbox copy leaves of a secret, {quoted(SECRET_LOST)}")


def _shapes(definition: Definition) -> Iterator[Remark]:
    if not holds(definition, MARKS_OF_TOKENS):
        return
    likely = [(what, shape) for what, marks, shape in _SHAPES if holds(definition, marks)]
    for path, text in all_texts(definition):
        for what, shape in likely:
            found = shape.search(text)
            if found:
                yield Remark(path, f"the text holds what looks like {what} ({found[0][:4]}…)")


def _payload_credentials(definition: Definition) -> Iterator[Remark]:
    for node in constants(definition):
        name = next(
            (part for part in reversed(node.path) if isinstance(part, str) and part != "$constant"), ""
        )
        if isinstance(node.value, str) and looks_secret(name) and _in_the_open(node.value):
            yield Remark(node.path, f"{quoted(name)} looks like a credential in the payload")


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO250",
        severity=Severity.ERROR,
        summary="Credentials are secret references.",
        why="A definition is reviewed and kept in git for ever, and so are the values of targets; a "
        "password, API key, client secret or Authorization header in either is no secret any more.",
        fix="Store it where the target's secrets come from and write ${secret:path/name}; then change it "
        "at the vendor if it was ever committed.",
        page=pages.OURS,
        kinds=CUSTOM,
        check=_literal_credentials,
        needs=frozenset({Trait.NEW_AUTHENTICATION, Trait.CREDENTIAL_NAME}),
        wrong=Example(
            "action", {"/authentication": {"type": "basic", "username": "ajo", "password": "opensesame"}}
        ),
        right=Example(
            "action",
            {"/authentication": {"type": "basic", "username": "ajo", "password": "${secret:loyalty/ajo}"}},
        ),
    ),
    Rule(
        id="AJO251",
        severity=Severity.WARNING,
        summary="Headers and parameters that look like credentials are secret references.",
        why="A name that ends in token, secret, password or key usually carries a credential; a sandbox copy "
        "treats all constant header and query values as secrets.",
        fix="Write ${secret:path/name}, or use authentication of type apiKey; ignore this if it is public.",
        page=pages.OURS,
        kinds=CUSTOM,
        check=_literal_parameters,
        needs=frozenset({Trait.CREDENTIAL_NAME}),
        wrong=Example("action", {"/endpoint/query/access_token": "opensesame"}),
        right=Example("action", {"/endpoint/query/access_token": "${secret:loyalty/access-token}"}),
    ),
    Rule(
        id="AJO252",
        severity=Severity.ERROR,
        summary="No secret was lost by a sandbox copy.",
        why="Copying a sandbox replaces secrets and constant header and query values with INSERT SECRET HERE "
        "(PF-ACT-15); sent as it is, it is a wrong credential.",
        fix="Write ${secret:path/name}, or the constant that was there.",
        page=pages.CUSTOM_ACTION,
        kinds=ALL_KINDS,
        check=_lost,
        needs=frozenset({Trait.SECRET_LOST, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/headers/X-Locale": "INSERT SECRET HERE"}),
        right=Example("action", {"/endpoint/headers/X-Locale": "en"}),
    ),
    Rule(
        id="AJO253",
        severity=Severity.ERROR,
        summary="No text holds a well-known token.",
        why="Tokens and keys of Slack, AWS, GitHub, GitLab, Google, Facebook, Stripe, SendGrid, Mailgun, "
        "Twilio and Shopify, webhooks of Slack, JSON Web Tokens and private keys are known by their shape; "
        "one that is committed must be taken for stolen.",
        fix="Revoke it at the vendor, then write ${secret:path/name} where a secret may stand.",
        page=pages.OURS,
        kinds=ALL_KINDS,
        check=_shapes,
        needs=frozenset({Trait.TOKEN, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/description": "Try it with xoxb-000000000000-example."}),
        right=Example("action", {"/description": "Try it with the token in the team's vault."}),
    ),
    Rule(
        id="AJO254",
        severity=Severity.WARNING,
        summary="A payload's constants are no credentials.",
        why="The platform masks secrets of the authentication only: a payload is shown to everybody who "
        "may open the action, so a secret can't stand in it.",
        fix="Use the action's authentication; rename the field if it is no credential.",
        page=pages.OURS,
        kinds=ACTIONS,
        check=_payload_credentials,
        needs=frozenset({Trait.CREDENTIAL_NAME}),
        wrong=Example("action", {"/request/api_key": "opensesame"}),
        right=Example("action", {"/request/api_version": "2026-01"}),
    ),
)
