"""One exercised request, as text and Markdown: what was sent, what came back, what a journey sees."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.exercise import Call, Exchange
from toolkit.report.markdown import code, fenced
from toolkit.report.shown import safe, value


def exchange_text(exchange: Exchange) -> str:
    """Show an exchange as plain text."""
    lines = [f"{safe(exchange.action)}: {exchange.jo_status_code} in {exchange.total_ms:.0f} ms"]
    for call in exchange.calls:
        lines.extend(_call_lines(call))
    lines.append("The journey sees:")
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
    for call in exchange.calls:
        lines += [fenced("\n".join(_call_lines(call)), "text"), ""]
    lines += ["| expression in the journey | value |", "| --- | --- |"]
    lines += [
        f"| {code(expression)} | {code(value(content))} |" for expression, content in exchange.view.items()
    ]
    if exchange.deviations:
        lines += ["", "The answer deviates from the definition:", ""]
        lines += [f"- {code(text)}" for text in _deviations(exchange)]
    return "\n".join(lines) + "\n"


def _call_lines(call: Call) -> Iterator[str]:
    yield f"→ {call.request.method} {safe(call.request.url)}"
    if call.request.sent_to != call.request.url:
        yield f"  sent to {safe(call.request.sent_to)}"
    for name, content in call.request.headers:
        yield f"  {safe(name)}: {safe(content)}"
    if call.request.body is not None:
        yield from (f"  {safe(line)}" for line in call.request.body.splitlines())
    if call.failure:
        yield f"← {safe(call.failure)}"
    if call.answer is not None:
        yield f"← {call.answer.status}"
        yield from (f"  {safe(line)}" for line in call.answer.body.splitlines()[:40])


def _deviations(exchange: Exchange) -> Iterator[str]:
    for deviation in exchange.deviations:
        expected = f", expected {deviation.expected}" if deviation.expected else ""
        yield f"{safe(deviation.pointer) or '(all of it)'}: {deviation.what.value}{expected}"
