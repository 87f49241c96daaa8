"""Every constraint the platform documents, as data: who finds a definition that breaks it, and an example.

The tests break each one; ``docs/constraints.md`` shows them all. Whatever checks definitions does without it.
"""

from toolkit.rules.constraints import authentication, campaign, endpoint, limits, payload, use
from toolkit.rules.constraints.row import Constraint, Filled

__all__ = ["CONSTRAINTS", "Constraint", "Filled"]

CONSTRAINTS: dict[str, tuple[Constraint, ...]] = {
    "Name, URL, headers and query": endpoint.CONSTRAINTS,
    "Request and answers": payload.CONSTRAINTS,
    "Authentication and secrets": authentication.CONSTRAINTS,
    "Campaign, Marketo Engage and governance": campaign.CONSTRAINTS,
    "Capping and throttling": limits.CONSTRAINTS,
    "Use in journeys, and calls": use.CONSTRAINTS,
}
"""The constraints by subject."""
