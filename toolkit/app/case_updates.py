"""Cases brought up to what the action does now, and new ones from an exchange."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from toolkit.app.cases import Stage, with_values
from toolkit.core.canonical import Json, JsonError, JsonLimitError, parse_json, same_json
from toolkit.core.errors import AjoError
from toolkit.exercise import Exchange
from toolkit.exercise.cases import ABSENT, Played, deviations_json, filled, play
from toolkit.exercise.typed import typed
from toolkit.model.cases import Case, cases_document, parse_cases
from toolkit.model.envelope import FORMAT_VERSION, schema_file_path
from toolkit.workspace.case_files import CaseFile
from toolkit.workspace.listing import CASES_ENDING
from toolkit.workspace.load import Workspace
from toolkit.workspace.write import canonical_text, write_text

_HEAD = ("name", "description", "values", "match")
_ORDER = (*_HEAD, "refused", "tokenRequest", "request", "response", "journey")


def updated(item: CaseFile, stage: Stage) -> str | None:
    """Return the text of a file whose cases say what the action does now; None where nothing changes.

    Parts that a case names are brought up to date; a case that expects nothing gets all of it. Raises
    :class:`AjoError` where the action can't be played.
    """
    action = stage.actions.get(item.cases.name)
    if action is None:
        reason = stage.missing(item.cases.name)
        raise AjoError("AJO730", f"the cases of {item.cases.name} can't be updated: {reason}")
    raw: Any = item.raw
    cases: list[Json] = [
        _updated(each, case, play(action, case), stage)
        for each, case in zip(raw["cases"], item.cases.cases, strict=True)
    ]
    if same_json(cases, raw["cases"]):
        return None
    return text_of({**raw, "cases": cases})


def text_of(document: Mapping[str, Json]) -> str:
    """Return a file of cases as text, in canonical form."""
    cases = parse_cases(dict(document)).cases
    assert cases is not None, "what was read as cases stays cases"
    return canonical_text(cases_document(cases))


def _updated(raw: dict[str, Any], case: Case, played: Played, stage: Stage) -> dict[str, Any]:
    expects_nothing = not {"refused", "request", "tokenRequest", "journey"} & raw.keys()
    result = dict(raw)
    if played.rendered is None:
        for part in ("request", "tokenRequest", "response", "journey"):
            result.pop(part, None)
        return in_order({**result, "refused": list(played.refused)})
    result.pop("refused", None)
    exact = case.match == "exact"
    sent = {"request": played.rendered.request, "tokenRequest": played.rendered.token_request}
    for name, request in sent.items():
        wanted = raw.get(name)
        if request is None:
            result.pop(name, None)
        elif isinstance(wanted, dict):
            actual = {part: request.to_json()[part] for part in wanted}
            result[name] = renewed(wanted, actual, stage, exact=exact)
        elif expects_nothing:
            sent_json = request.to_json()
            ours = {"body": sent_json["body"]} if played.rendered.action in stage.campaign else sent_json
            result[name] = with_values(ours, stage.values)
    if played.seen is not None and ("journey" in raw or expects_nothing):
        result["journey"] = _journey(raw.get("journey"), played, stage)
    return in_order(result)


def _journey(wanted: Any, played: Played, stage: Stage) -> dict[str, Any]:
    seen = played.seen
    assert seen is not None, "asked for only where there is an answer"
    named = wanted if isinstance(wanted, dict) else {"joStatusCode": "", "view": dict(seen.values)}
    result: dict[str, Any] = {}
    if "joStatusCode" in named:
        result["joStatusCode"] = seen.jo_status_code
    if "view" in named:
        view = {name: seen.values[name] for name in named["view"] if name in seen.values}
        result["view"] = renewed(named["view"], view, stage, exact=True)
    if seen.deviations:
        result["deviations"] = [
            {name: text for name, text in each.items() if text or name == "pointer"}
            for each in deviations_json(seen)
        ]
    return result


def renewed(wanted: Any, actual: Any, stage: Stage, *, exact: bool) -> Any:
    """Return what a case should say instead of `wanted`: what is right already stays as it is written.

    Not `exact`: an object keeps its members, without those that are gone.
    """
    if same_json(filled(wanted, stage.fill), actual):
        return wanted
    match wanted, actual:
        case dict(), dict():
            names = [*(name for name in wanted if name in actual)]
            if exact:
                names += [name for name in actual if name not in wanted]
            return {
                name: renewed(wanted.get(name, ABSENT), actual[name], stage, exact=exact) for name in names
            }
        case list(), list() if len(wanted) == len(actual):
            pairs = zip(wanted, actual, strict=True)
            return [renewed(one, other, stage, exact=exact) for one, other in pairs]
        case _:
            return with_values(actual, stage.values)


def in_order(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case with its parts in the order of the format."""
    return {name: case[name] for name in _ORDER if name in case}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A new case; values at `unclear` are not of the type of their place, and stay as they were typed."""

    case: dict[str, Any]
    unclear: tuple[str, ...] = ()


def recorded_case(
    stage: Stage, action: str, name: str, values: Mapping[str, Json], response: Mapping[str, Json]
) -> Recorded:
    """Return a new case: what `action` sends with `values`, and what a journey makes of `response`.

    Values typed as text get the type of their place, so that the case reads like the payload. `response` is a
    stub as cases write it, secrets masked. Raises :class:`AjoError` AJO730 where that can't be a case.
    """
    given = typed(stage.actions[action], values)
    raw = {"name": name, "values": given.values, "response": dict(response)}
    parsed = parse_cases(head_of(action, "") | {"cases": [raw]})
    if parsed.cases is None:
        reasons = "; ".join(problem.message for problem in parsed.problems)
        raise AjoError("AJO730", f"that can't be a case: {reasons}")
    case = parsed.cases.cases[0]
    return Recorded(_updated(raw, case, play(stage.actions[action], case), stage), given.unclear)


def head_of(action: str, schema: str) -> dict[str, Any]:
    """Return the envelope of a file of cases."""
    return {"$schema": schema, "formatVersion": FORMAT_VERSION, "kind": "Cases", "name": action}


def stub_of(exchange: Exchange) -> dict[str, Json]:
    """Return the answer of an exchange as cases write it, secrets masked as in the exchange.

    Raises :class:`AjoError` AJO730 where there is none that could be read again.
    """
    answer, code = exchange.answer, exchange.jo_status_code
    if answer is None or not code.startswith("http_"):
        if code in ("timedout", "capped", "internalError"):
            return {"failure": code}
        raise AjoError("AJO730", f"there is no answer to record: {exchange.trouble or code}")
    if answer.cut:
        raise AjoError("AJO730", "the answer is too long to be recorded")
    if not answer.body:
        return {"status": answer.status}
    try:
        return {"status": answer.status, "body": parse_json(answer.body)}
    except (JsonError, JsonLimitError):
        return {"status": answer.status, "text": answer.body}


def put_case(workspace: Workspace, action: str, case: Mapping[str, Any], *, replace: bool) -> str:
    """Add a case to the file beside the action's definition, or make the file; returns its name.

    Raises :class:`AjoError` AJO730 where a case of that name is there and `replace` is not asked for, AJO308,
    AJO309.
    """
    file = case_file_of(workspace, action)
    path = workspace.root / file
    before: str | None = None
    document: dict[str, Any] = {}
    if path.exists():
        before = path.read_text(encoding="utf-8")
        document = _existing(file, before)
    else:
        schema = os.path.relpath(workspace.root / schema_file_path("Cases"), path.parent)
        document = {**head_of(action, PurePosixPath(schema).as_posix()), "cases": []}
    names = [each["name"] for each in document["cases"]]
    if case["name"] in names:
        if not replace:
            message = f'{file} has a case "{case["name"]}" already'
            raise AjoError("AJO730", message, fix="Choose another name, or replace it with --force.")
        document["cases"][names.index(case["name"])] = dict(case)
    else:
        document["cases"].append(dict(case))
    write_text(path, text_of(document), instead_of=before)
    return file


def _existing(file: str, text: str) -> dict[str, Any]:
    from toolkit.workspace.load import read_json

    _, raw, findings = read_json(file, text.encode())
    parsed = parse_cases(raw)
    if findings or parsed.cases is None or not isinstance(raw, dict):
        raise AjoError("AJO730", f"{file} can't be read", fix="Mend what `ajo validate` says of it.")
    return raw


def case_file_of(workspace: Workspace, action: str) -> str:
    """Return where the cases of an action belong: beside its definition."""
    for item in workspace.definitions:
        if item.definition.name == action and item.definition.kind.endswith("Action"):
            folder = Path(item.file).parent
            return (folder / f"{action}{CASES_ENDING}").as_posix()
    raise AjoError("AJO308", f'there is no action "{action}"')
