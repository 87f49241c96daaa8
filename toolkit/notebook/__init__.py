"""What a notebook needs: a session over a workspace, whose results show themselves.

In: a folder, names, values. Out: objects that Jupyter shows as formatted text, secrets masked.
The work itself is in ``app``.
"""

from toolkit.notebook.session import ActionView, ExchangeView, FindingsView, PlanView, ReceiptView, Session

__all__ = ["ActionView", "ExchangeView", "FindingsView", "PlanView", "ReceiptView", "Session"]
