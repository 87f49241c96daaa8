"""Load: the same exercise by many users at once, at a rate that is bounded, on hosts that are somebody's own.

In: an action, values, terms, the hosts that the settings list. Out: tallies that can be summed up, whichever
process they come from, and the account of all. What drives the users does not belong here (see ``app.load``).
"""
