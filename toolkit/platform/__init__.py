"""The only room that knows the wire: reads what is live, and carries out single writes.

In: a :class:`~toolkit.platform.port.Connection`, resources with comparable documents, a resolver of secrets.
Out: live resources in the same form, what was written, or a :class:`~toolkit.platform.port.PlatformError`.
Deciding what to write does not belong here (see ``plan``), nor does the order of writes (see ``sync``).
"""

from toolkit.platform.http_platform import HttpPlatform
from toolkit.platform.limits import OTHER_CONFIGURATION
from toolkit.platform.port import (
    Connection,
    LiveState,
    OtherResource,
    Outcome,
    Platform,
    PlatformError,
    SecretResolver,
    Written,
)

__all__ = [
    "OTHER_CONFIGURATION",
    "Connection",
    "HttpPlatform",
    "LiveState",
    "OtherResource",
    "Outcome",
    "Platform",
    "PlatformError",
    "SecretResolver",
    "Written",
]
