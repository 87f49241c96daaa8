"""Rehearsing: what would become of many calls, by the platform's rules and an endpoint's behaviour.

In: flows of calls under one limit, an endpoint stated or measured, a seed. Out: counts, times and queues,
and a limit that would serve better. A simulation of single calls: nothing is sent. Needs numpy and numba.

What the platform does is documented in ``help/using/configuration/external-systems.md``, ``capping.md`` and
``throttling.md``; what is assumed where they are silent stands in docs/rehearsal.md.
"""
