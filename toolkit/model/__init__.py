"""What a definition is: typed, frozen, pure.

In: parsed JSON (:mod:`toolkit.core.canonical`). Out: models, or problems with a pointer each.
No file, clock or network; what a platform sends over the wire does not belong here (see ``platform``).
"""
