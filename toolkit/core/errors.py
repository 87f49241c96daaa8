"""Errors as data: a code, what is wrong, what to do. The command line makes text and an exit code of them."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.core.codes import CODES, Exit
from toolkit.core.diagnostics import Finding


class AjoError(Exception):
    """Anything a person or a machine outside got wrong.

    `code` is a key of :data:`toolkit.core.codes.CODES`, `message` says what is wrong here, `fix` what to do
    (the code's general advice where none is given), `place` where (``file:line:column``), if anywhere.
    """

    def __init__(self, code: str, message: str, *, fix: str = "", place: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.place = code, message, place
        self.fix = fix or CODES[code].fix

    @property
    def exit(self) -> Exit:
        """The process exit code this error leads to."""
        return CODES[self.code].exit


class InvalidDefinitions(AjoError):
    """Definitions or settings have errors; `findings` lists all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("AJO300", f"{len(findings)} findings must be mended first")
        self.findings = tuple(findings)
