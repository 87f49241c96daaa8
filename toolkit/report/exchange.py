"""One exercised request, as text and Markdown: what was sent, what came back, what a journey sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.core.canonical import JsonError, JsonLimitError, dump_json, parse_json
from toolkit.exercise import Call, Exchange, Rendered, RenderedRequest, Timings
from toolkit.exercise.request import Fields
from toolkit.report.markdown import code, fenced
from toolkit.report.shown import safe, value

MAX_LINES = 40
"""Lines shown of one body."""

_PHASES = {"lookupMs": "lookup", "connectMs": "connect", "tlsMs": "TLS", "firstByteMs": "first byte"}


def exchange_text(exchange: Exchange) -> str:
    """Show an exchange as plain text."""
    lines = [_heading(exchange)]
    if exchange.trouble:
        lines.append(f"Not called: {safe(exchange.trouble)}")
    if exchange.token_from_cache:
        lines.append("The token was at hand.")
    for title, call in _titled(exchange):
        lines += ["", title, *_call_lines(call)]
    lines += ["", "The journey sees:"]
    lines.extend(
        f"    {safe(expression)} = {value(content)}" for expression, content in exchange.view.items()
    )
    if exchange.deviations:
        lines.append("The answer deviates from the definition:")
        lines.extend(f"    {text}" for text in _deviations(exchange))
    return "\n".join(lines)


def exchange_markdown(exchange: Exchange) -> str:
    """Show an exchange as Markdown."""
    status = f"{code(exchange.jo_status_code)} in {exchange.total_ms:.0f} ms"
    lines = [f"### {code(exchange.action)}: {status}", ""]
    if exchange.trouble:
        lines += [f"Not called: {code(exchange.trouble)}", ""]
    for title, call in _titled(exchange):
        lines += [title, "", fenced("\n".join(_call_lines(call)), "text"), ""]
    lines += ["| expression in the journey | value |", "| --- | --- |"]
    lines += [
        f"| {code(expression)} | {code(value(content))} |" for expression, content in exchange.view.items()
    ]
    if exchange.deviations:
        lines += ["", "The answer deviates from the definition:", ""]
        lines += [f"- {code(text)}" for text in _deviations(exchange)]
    return "\n".join(lines) + "\n"


def rendered_text(rendered: Rendered) -> str:
    """Show what would be sent, secrets as references."""
    parts = []
    if rendered.token_request:
        parts.append("Token request\n" + "\n".join(_rendered_lines(rendered.token_request)))
    parts.append("Request\n" + "\n".join(_rendered_lines(rendered.request)))
    return "\n\n".join(parts)


def _rendered_lines(request: RenderedRequest) -> Iterator[str]:
    shown = request.to_json()
    query = "&".join(f"{name}={text}" for name, text in shown["query"].items())
    yield f"→ {request.method} {safe(request.url)}{'?' + safe(query) if query else ''}"
    for name, text in shown["headers"].items():
        yield f"  {safe(name)}: {safe(text)}"
    if isinstance(request.body, Fields) and request.body.form == "form":
        yield from (f"  {safe(name)}={safe(text)}" for name, text in shown["body"].items())
    elif shown["body"] is not None:
        yield from (f"  {safe(line)}" for line in dump_json(shown["body"]).splitlines())


def _heading(exchange: Exchange) -> str:
    again = exchange.retries
    after = f", {again} {'retry' if again == 1 else 'retries'}" if again else ""
    way = "goes on" if exchange.succeeded else "takes its error branch"
    status = safe(exchange.jo_status_code)
    return f"{safe(exchange.action)}: {status} in {exchange.total_ms:.0f} ms{after}; the journey {way}"


def _titled(exchange: Exchange) -> Iterator[tuple[str, Call]]:
    """Yield each call with what it is: the first of an attempt, or a redirect of it."""
    before: tuple[str, int] | None = None
    for call in exchange.calls:
        here = (call.role, call.attempt)
        if here == before:
            title = "Redirect"
        elif call.role == "token":
            title = "Token request"
        else:
            title = f"Retry {call.attempt}" if call.attempt else "Request"
        before = here
        yield title, call


def _call_lines(call: Call) -> Iterator[str]:
    yield f"→ {call.request.method} {safe(call.request.url)}"
    if call.request.sent_to != call.request.url:
        yield f"  sent to {safe(call.request.sent_to)}"
    for name, content in call.request.headers:
        yield f"  {safe(name)}: {safe(content)}"
    if call.request.body is not None:
        yield from _body(call.request.body)
    if call.failure:
        yield f"← {safe(call.failure)}{_time(call.timings)}"
    if call.answer is not None:
        yield (
            f"← {call.answer.status}{_time(call.timings)}" if not call.failure else f"  {call.answer.status}"
        )
        for name, content in call.answer.headers:
            yield f"  {safe(name)}: {safe(content)}"
        yield from _body(call.answer.body)


def _time(timings: Timings) -> str:
    phases = [
        f"{_PHASES[name]} {taken:.1f}"
        for name, taken in timings.named()
        if taken is not None and name in _PHASES
    ]
    return f" in {timings.total_ms:.1f} ms" + (f" ({', '.join(phases)})" if phases else "")


def _body(text: str) -> Iterator[str]:
    """Yield a body's lines, JSON one member a line, as far as they are shown."""
    lines = _pretty(text).splitlines()
    yield from (f"  {safe(line)}" for line in lines[:MAX_LINES])
    if len(lines) > MAX_LINES:
        yield f"  … {len(lines) - MAX_LINES} more lines"


def _pretty(text: str) -> str:
    try:
        parsed: Any = parse_json(text)
    except (JsonError, JsonLimitError):
        return text
    return dump_json(parsed) if isinstance(parsed, (dict, list)) else text


def _deviations(exchange: Exchange) -> Iterator[str]:
    for deviation in exchange.deviations:
        expected = f", expected {deviation.expected}" if deviation.expected else ""
        yield f"{safe(deviation.pointer) or '(all of it)'}: {deviation.what.value}{expected}"
