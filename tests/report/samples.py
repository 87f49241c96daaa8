"""Results to show: everyday ones, and ones whose every text comes from somebody who means harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.plan.samples import action, capping, journey, live, plan_of
from toolkit.core.diagnostics import Finding, Severity
from toolkit.model.catalog import JourneyUse, RemoteRef, Resource, ResourceKey
from toolkit.plan.assessment import InterfaceChange
from toolkit.plan.change_kinds import ChangeKind
from toolkit.plan.stance import Handling
from toolkit.plan.types import ABSENT, Block, FieldChange, Kept, Plan, Step, StepKind, Unmanaged, Verdict
from toolkit.sync.receipt import Receipt, Row, RowStatus

STARTED = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
KEY = action().key

FINDING = Finding(
    "AJO103", Severity.ERROR, "actions/acme/Welcome.json", 3, 5, ("endpoint", "metod"),
    'the field "metod" is unknown here; did you mean "method"?', "Remove it or correct its name.",
)  # fmt: skip
WARNING = Finding(
    "AJO201", Severity.WARNING, "actions/acme/Other.json", 0, 0, (), "no owner", "Name one.",
    page="help/using/action/about-custom-action-configuration.md",
)  # fmt: skip


def everyday_plan() -> Plan:
    """Return a plan with each kind of step, something blocked and something that is not managed."""
    request = {"id": {"$variable": "Member id"}}
    old = action("Old")
    secretive = {"type": "basic", "username": "u", "password": "${secret:acme/password}"}
    desired = [
        capping(),
        action("Welcome", description="new", request=request),
        action("Fresh", authentication=secretive),
        action("Same"),
    ]
    before = action("Welcome", description="old", request={"id": "fixed"})
    live_ones = [live(before, journey()), live(old), live(action("Same")), live(action("Theirs"))]
    return plan_of(desired, live_ones, base=[old, before])


def contested_plan(on_drift: Handling = Handling.OVERWRITE) -> Plan:
    """Return a plan in which others changed, removed and made things too."""
    base = [
        action("Edited", description="old"),
        action("Torn", description="old"),
        action("Gone"),
        action("Was"),
    ]
    desired = [
        action("Edited", description="old"),
        action("Torn", description="ours"),
        action("Gone"),
        action("Is", lifecycle={"previousName": "Was"}),
        action("Found", description="ours"),
    ]
    live_ones = [
        live(action("Edited", description="theirs")),
        live(action("Torn", description="theirs")),
        live(action("Was")),
        live(action("Found", description="theirs")),
    ]
    return replace(plan_of(desired, live_ones, base, on_drift=on_drift, adopt=True), findings=(WARNING,))


def receipt_of(*rows: Row, **changes: object) -> Receipt:
    """Return the account of a run that took a minute and a half."""
    receipt = Receipt(
        "dev",
        "ACME@AdobeOrg",
        "acme-dev",
        "sha256:abc",
        "ada",
        STARTED,
        STARTED + timedelta(seconds=90),
        rows,
        3,
    )
    return replace(receipt, **changes)  # type: ignore[arg-type]  # any field, as each test needs


DONE = Row(StepKind.CREATE, KEY, "Welcome", RowStatus.DONE, duration_ms=12, request_ids=("req-1", "req-2"))
FAILED = Row(
    StepKind.UPDATE, KEY, "Welcome", RowStatus.FAILED, "AJO505", "the service refused it",
    "Mend the definition.", ("endpoint", "url"), "actions/acme/Welcome.json", 7, ("req-3",),
)  # fmt: skip
UNKNOWN = replace(FAILED, status=RowStatus.UNKNOWN, code="AJO510", path=())
SKIPPED = replace(FAILED, status=RowStatus.SKIPPED, code="AJO512", file="", request_ids=())

# Texts that somebody wrote into a platform or a pull request.

PIECES = (
    "\x1b[31m", "\x1b]8;;http://evil\x07", "\n", "\r", "\t", "\x00", "\x9b", "\u202e", "\u2066", "\u200b",
    "\u2028", "\ufeff", "\u00ad", "\U000e0041", "|", "\\", "\\|", "`", "```", "<b>", "</details>", "<!--",
    "@team", "#1", "[x](http://evil)", "![x](//e)", "http://evil", "www.evil.com", "&lt;", "*", "_", "~",
    "- ", "::error::", "日本", "😀", " ", "x" * 60,
)  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), min_size=1, max_size=4).map(
    "".join
)


def hostile_plan(text: str) -> Plan:
    """Put `text` wherever others decide what stands in a plan."""
    key = ResourceKey("CustomAction", text + "identity")
    remote = RemoteRef(text, "", text, (JourneyUse(text, text, text),))
    changes = tuple(
        FieldChange(("request", text, 0), before, after, Verdict.OURS)
        for before, after in [(text, text + "new"), ({text: text}, [text]), (ABSENT, text)]
    )
    steps = tuple(
        Step(
            kind,
            Resource(key, text, {}, text),
            "2 fields differ",
            changes,
            ((text,),),
            remote,
            blocks=(Block("AJO603", text, text),),
            impact=(
                InterfaceChange(ChangeKind.URL_HOST_CHANGED, ("request", text, 0), text, text),
                InterfaceChange(ChangeKind.VARIABLE_REMOVED, (text,), text, text),
            ),
            verdict=Verdict.CONFLICT,
            previous=key,
            dangers=(text,),
        )
        for kind in StepKind
    )
    kept = Kept(Resource(key, text, {}, text), changes, text)
    found = Finding("AJO103", Severity.WARNING, text, 1, 1, (text,), text, text)
    return Plan(text, text, text, steps, (key,), (Unmanaged(text, text, text),), (kept,), text, (found,))


def hostile_findings(text: str) -> list[Finding]:
    """Put `text` wherever others decide what stands in a finding."""
    return [
        Finding("AJO103", severity, text, line, 1, (text,), text, text, text)
        for severity in Severity
        for line in (0, 1)
    ]


def hostile_row(text: str) -> Row:
    """Put `text` wherever others decide what stands in a row."""
    key = ResourceKey("CustomAction", text)
    what = (StepKind.CREATE, key, text, RowStatus.FAILED, "AJO505", text, text)
    before, after = {text: text, "a": [text]}, {text: text + "new", "a": {text: text}}
    return Row(
        *what,
        path=(text,),
        file=text,
        request_ids=(text, text),
        line=3,
        before=before,
        after=after,
        previous=key,
    )


def hostile_receipt(text: str) -> Receipt:
    """Put `text` wherever others decide what stands in a receipt."""
    rows = (hostile_row(text), replace(hostile_row(text), status=RowStatus.DONE, code=""))
    return Receipt(text, text, text, text, text, STARTED, STARTED, rows)
