"""Use cases: each joins the rooms for one thing a person wants; command line and notebooks are thin over it.

In: a workspace, names, the environment as an argument. Out: the results that ``report`` shows.
Printing, asking and exit codes do not belong here (see ``cli``).
"""
