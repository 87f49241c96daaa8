"""The URL of an operation: its server, and its path up to where a journey appends the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from toolkit.app.new.draft import Draft, listed
from toolkit.app.new.openapi_spec import Description, Operation, unusable

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_VARYING = re.compile(r"(?<!\$)\{([^{}]*)\}")
_IDENTIFIER = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class PathWish:
    """What was said about a path's parameters: which are the target's values, whether the rest varies."""

    values: tuple[str, ...] = ()
    dynamic: bool = False


def value_name(name: str) -> str:
    """Return a name as targets' values have it: ``base-path`` becomes ``basePath``."""
    first, *rest = [word for word in _IDENTIFIER.split(name) if word] or ["value"]
    text = first + "".join(word[0].upper() + word[1:] for word in rest)
    return text if text[0].isalpha() else f"value{text}"


def server_of(description: Description, operation: Operation, draft: Draft) -> str:
    """Return the URL of the first server, its variables as values of the target; raises AJO812."""
    servers = next(
        (
            found
            for holder in (operation.content, operation.item, description.root)
            if isinstance(found := holder.get("servers"), list) and found
        ),
        [],
    )
    server = description.resolve(servers[0]) if servers else {}
    url = str(server.get("url", ""))
    if "://" not in url:
        raise unusable("the description names no host to call", "Pass --url https://host/path of the server.")
    others = [str(description.resolve(other).get("url", "")) for other in servers[1:]]
    if others:
        draft.note(f"the first server was taken; there are {listed(others, 4)}")
    return _with_variables(url, description.resolve(server.get("variables")), draft)


def _with_variables(url: str, variables: dict[str, Any], draft: Draft) -> str:
    def filled(match: re.Match[str]) -> str:
        variable = variables.get(match[1])
        default = str(variable.get("default", "")) if isinstance(variable, dict) else ""
        before = url[: match.start()]
        is_port_or_scheme = "://" not in before or before.endswith(":")
        if default and (is_port_or_scheme or "/" in default):
            draft.note(f"the server variable {match[1]} was filled with its default, {default}")
            return default
        name = value_name(match[1])
        told = f' (the description has "{default}")' if default else ""
        draft.note(f"the server variable {match[1]} is the target's value {name}{told}")
        return "${" + name + "}"

    return _TEMPLATE.sub(filled, url)


def static_url(server: str, path: str, wish: PathWish, draft: Draft) -> str:
    """Return the URL up to the first parameter of the path that varies from call to call.

    A parameter that stands before other text is undecided until `wish` decides. Raises AJO812.
    """
    names = _TEMPLATE.findall(path)
    unknown = [name for name in wish.values if name not in names]
    if unknown:
        raise unusable(
            f"{listed(unknown)} is no parameter of the path; there are {listed(names) or 'none'}",
            "Correct --path-values.",
        )
    filled = _TEMPLATE.sub(lambda match: _value(match[1], wish, draft), path)
    first = _VARYING.search(filled)
    static = filled if first is None else filled[: filled.rfind("/", 0, first.start()) + 1]
    dynamic = filled[len(static) :]
    if dynamic and not wish.dynamic and not re.fullmatch(r"\{[^{}]*\}(/\{[^{}]*\})*/?", dynamic):
        inner = _VARYING.findall(dynamic)[0]
        fix = (
            f"Pass --path-values {inner} if it is the same for all calls of a target, or --dynamic-path to "
            f"let the journey append {dynamic}."
        )
        raise unusable(f"the path parameter {inner} stands before other text of the path", fix)
    if dynamic:
        draft.note(f"an action's URL is static: in the journey, append the dynamic path {dynamic}")
    return server.rstrip("/") + "/" + static.lstrip("/")


def _value(name: str, wish: PathWish, draft: Draft) -> str:
    if name not in wish.values:
        return "{" + name + "}"
    draft.note(f"the path parameter {name} is the target's value {value_name(name)}")
    return "${" + value_name(name) + "}"
