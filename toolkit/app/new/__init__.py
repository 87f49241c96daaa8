"""New definitions from what a person has: an example, a curl command, an OpenAPI description.

In: texts and choices, and the workspace a definition is for. Out: the file's text with its doubts and what is
wrong with it there. Credentials that are met on the way become references and are shown nowhere.
"""

from toolkit.app.new.make import ActionWish, Result, make_action, make_capping

__all__ = ["ActionWish", "Result", "make_action", "make_capping"]
