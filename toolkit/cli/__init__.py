"""The command line: one file per command, thin over ``app``; the only place that prints, asks and exits.

In: arguments, a terminal, the environment. Out: text or JSON on standard output, everything else on standard
error, and an exit code of :class:`toolkit.core.codes.Exit`.
"""
