"""Whether a platform is as is assumed: what is looked at, and what that says of each assumed fact.

In: a connection. Out: a :class:`~toolkit.platform.checking.verdicts.Judged` for every fact of ``facts``.
Looking only reads; ``probe`` alone writes, one throw-away action, and takes it away again.
"""
