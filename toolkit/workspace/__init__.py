"""The only reader and writer of definitions: files and settings in, a :class:`Workspace` out.

In: a folder. Out: definitions with their places, targets, findings of loading; and files written atomically.
What a definition must obey beyond its structure does not belong here (see ``rules``).
"""
