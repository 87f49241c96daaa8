"""Carries out one approved plan through the platform's port, and keeps account.

In: an :class:`~toolkit.plan.types.ApprovedPlan` and a platform. Out: a :class:`~toolkit.sync.receipt.Receipt`
with a row per step, whatever happens. Deciding what to do does not belong here (see ``plan``).
"""
