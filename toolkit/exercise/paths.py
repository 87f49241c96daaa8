"""The dynamic path: appended to an action's URL, and never able to lead anywhere else.

*Use custom actions*, section *Dynamic path* (``help/using/building-journeys/using-custom-actions.md``).
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from toolkit.exercise.coerce import Unfit

_SAFE_IN_SEGMENT = "-._~!$&'()*+,;=:@"


def encode_path(path: str) -> str:
    """Return a dynamic path ready to append: no slash in front, every segment percent-encoded once.

    The path is text as a journey computes it, so a ``%`` in it is a percent sign. Raises ``Unfit`` for a
    query, a fragment, a backslash, control characters, and for ``.``, ``..`` and empty segments.
    """
    if "?" in path or "#" in path:
        raise Unfit("holds ? or #; a path has no query and no fragment")
    if "\\" in path or any(character < " " or character == "\x7f" for character in path):
        raise Unfit("holds a backslash or a control character")
    segments = path.removeprefix("/").split("/")
    if "" in segments[:-1]:
        raise Unfit("holds an empty segment")
    if any(segment in (".", "..") for segment in segments):
        raise Unfit("holds . or .. as a segment")
    return "/".join(quote(segment, safe=_SAFE_IN_SEGMENT) for segment in segments)


def append_path(url: str, path: str) -> str:
    """Return `url` with a dynamic path appended, exactly one slash between the two; raises ``Unfit``."""
    encoded = encode_path(path)
    if not encoded:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.removesuffix("/") + "/" + encoded))
