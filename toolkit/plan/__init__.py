"""What has to happen so that live becomes desired: pure, a value, and the only thing a sync accepts.

In: catalogs (desired, live, and a base where there is one), a policy.
Out: a :class:`~toolkit.plan.types.Plan`, and from the guard an
:class:`~toolkit.plan.types.ApprovedPlan`. Reading and writing do not belong here.
"""
