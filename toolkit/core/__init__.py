"""The ground everything stands on: findings, codes, errors, exact JSON, pointers, masked secrets.

In: plain values. Out: plain values. Knows nothing of actions, and needs nothing but the standard library.
What knows a definition belongs to ``model``; what touches a disk or a network belongs to a room above.
"""
