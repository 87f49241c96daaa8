"""What definitions may have, as far as it decides whether a rule can find anything at all."""

from __future__ import annotations

from enum import StrEnum, auto


class Trait(StrEnum):
    """What most definitions lack; a rule that needs it is not run on those.

    A trait may be there for nothing, but is never missing where a rule that needs it finds something.
    """

    ODD_NAME = auto()
    ODD_SCHEMA = auto()
    UNPRINTABLE = auto()
    """A text holds a control character, a line break or the like."""
    SAME_NAME = auto()
    """The previous name is the name."""
    ODD_LINK = auto()
    ODD_URL = auto()
    """A URL that is more than https, a public host name and a path of plain segments."""
    ODD_HEADER = auto()
    """A header's name or value is unusual, or one that the platform or the connection decides on."""
    REPEATED_HEADER = auto()
    ODD_PARAMETER = auto()
    """A query parameter's name is unusual."""
    CREDENTIAL_NAME = auto()
    """What stands under the name of a header, a parameter or a payload's field is usually a credential."""
    COLLISION = auto()
    """The authentication sends what a header or a query parameter sends too."""
    NEW_AUTHENTICATION = auto()
    """An authentication other than those that no rule minded before."""
    REQUEST_WITH_GET = auto()
    BLANK_LABEL = auto()
    REPEATED_LABEL = auto()
    DOTTED_NAME = auto()
    """The name of a payload's field holds a dot."""
    RESERVED_NAME = auto()
    """The name of an answer's field is one that the platform uses itself."""
    NULL = auto()
    NULLS_ALLOWED = auto()
    TYPED_CONSTANT = auto()
    LARGE_INTEGER = auto()
    INNER_LIST = auto()
    """A variable list stands in an array or in the items of another."""
    FUNCTION = auto()
    """A text holds the name of the function that tokens are asked for with."""
    SECRET_LOST = auto()
    TOKEN = auto()
    """A text holds what tokens of some vendor begin with."""
    GENERATED = auto()
    """A text holds what looks random."""
    EXPRESSION = auto()
    """A text holds what expressions of journeys have."""
    BLANK = auto()
    """A text holds what blanks to fill in begin with."""
    ODD_EVENT = auto()
    """A message of Campaign other than an event of v7/v8 as it is documented."""
    ODD_LIMIT = auto()
    """A limit other than a capping of what actions can call, all said and nothing beyond a bound."""
