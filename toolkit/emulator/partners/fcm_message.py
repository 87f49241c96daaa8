"""What is wrong with a message, in the words of Google's JSON parser and then of FCM.

Fields and their types: https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages; names may
be written with underscores or in camel case, as everywhere in JSON for protocol buffers. Wordings of the
parser (unknown name, TYPE_STRING): https://firebase.google.com/docs/cloud-messaging/error-codes and
https://github.com/danny-avila/LibreChat/issues/11761; that of a duration: the ``Duration`` type's JSON form,
https://protobuf.dev/programming-guides/json/.

Size (4,096 bytes of keys and values, 2,048 to a topic), reserved keys of ``data`` and the registration
token's form: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode. A time to live is 0 to
2,419,200 seconds: https://firebase.google.com/docs/cloud-messaging/customize-messages/setting-message-lifespan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from toolkit.emulator.partners.credentials import is_credible
from toolkit.emulator.wire import render_json

MOST_BYTES = 4096
MOST_BYTES_TO_TOPICS = 2048
LONGEST_TTL_S = 2_419_200

_SHOWN = 100
_DURATION = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?s")
_TOPIC = re.compile(r"[a-zA-Z0-9\-_.~%]{1,900}")
_LABEL = re.compile(r"[a-zA-Z0-9\-_.~%]{1,50}")
_RESERVED = re.compile(r"from|message_type|gcm|google.*|gcm\.notification\..*", re.DOTALL)
_TARGETS = ("token", "topic", "condition")


@dataclass(frozen=True, slots=True)
class Violation:
    """A field and what is wrong with it; `semantic` when FCM itself says so, not the JSON parser."""

    field: str
    description: str
    semantic: bool = False


Check: TypeAlias = "Callable[[Any, str], Iterator[Violation]]"


def check_request(request: Any) -> list[Violation]:
    """Everything the parser dislikes; only if that is nothing, what FCM dislikes."""
    if not isinstance(request, dict):
        return [Violation("", "Invalid JSON payload received: the body is no object")]
    found = list(_REQUEST(request, ""))
    message = request.get("message")
    return found or list(_semantics(message if isinstance(message, dict) else {}))


def _semantics(message: Mapping[str, Any]) -> Iterator[Violation]:
    targets = [name for name in _TARGETS if message.get(name)]
    if len(targets) != 1:
        description = (
            "Recipient of the message is not set." if not targets else "more than one recipient is set"
        )
        yield Violation("message", description, semantic=True)
    elif targets == ["token"] and not is_credible(message["token"]):
        description = "The registration token is not a valid FCM registration token"
        yield Violation("message.token", description, semantic=True)
    elif targets == ["topic"] and not _TOPIC.fullmatch(message["topic"]):
        yield Violation("message.topic", "Invalid topic name", semantic=True)
    for name in message.get("data") or {}:
        if _RESERVED.fullmatch(name):
            field = f"message.data.{name[:_SHOWN]}"
            yield Violation(field, "the key is reserved, or begins with a reserved word", semantic=True)
    yield from _time_to_live(_member(message, "android"))
    yield from _labels(message)
    if _size(message) > (MOST_BYTES_TO_TOPICS if "topic" in targets else MOST_BYTES):
        yield Violation("message", "the message is too big", semantic=True)


def _member(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def _time_to_live(android: Mapping[str, Any]) -> Iterator[Violation]:
    ttl = android.get("ttl")
    if ttl and not 0 <= Decimal(ttl.removesuffix("s")) <= LONGEST_TTL_S:
        description = f"the time to live is from 0 to {LONGEST_TTL_S} seconds"
        yield Violation("message.android.ttl", description, semantic=True)


def _labels(message: Mapping[str, Any]) -> Iterator[Violation]:
    for path in ((), ("android",), ("apns",), ("webpush",)):
        part = message if not path else _member(message, path[0])
        options = _member(part, "fcm_options") or _member(part, "fcmOptions")
        label = options.get("analytics_label") or options.get("analyticsLabel")
        if label and not _LABEL.fullmatch(label):
            field = ".".join(("message", *path, "fcm_options.analytics_label"))
            yield Violation(field, "the label has a character that is not allowed, or over 50", semantic=True)


def _size(message: Mapping[str, Any]) -> int:
    """Bytes of keys and values that reach the device: the data and what is shown."""
    android = _member(message, "android")
    parts = (message, android)
    payload = [part.get(name) or {} for part in parts for name in ("data", "notification")]
    return sum(
        len(key.encode()) + len(value.encode() if isinstance(value, str) else render_json(value))
        for part in payload
        for key, value in part.items()
    )


def _scalar(type_name: str, fits: Callable[[Any], bool]) -> Check:
    def check(value: Any, field: str) -> Iterator[Violation]:
        if value is not None and not fits(value):
            yield _misfit(field, type_name, value)

    return check


def _misfit(field: str, type_name: str, value: Any) -> Violation:
    # A text could be a credential in the wrong place; numbers are shown as Google shows them.
    shown = (
        f", {render_json(value).decode()}" if value is None or isinstance(value, (bool, int, float)) else ""
    )
    return Violation(field, f"Invalid value at '{field}' ({type_name}){shown[:_SHOWN]}")


def _enum(type_name: str, *names: str) -> Check:
    return _scalar(f"type.googleapis.com/google.firebase.fcm.v1.{type_name}", lambda value: value in names)


def _duration(value: Any, field: str) -> Iterator[Violation]:
    if value is not None and not (isinstance(value, str) and _DURATION.fullmatch(value)):
        why = "Illegal duration format; duration must end with 's'"
        type_name = "type.googleapis.com/google.protobuf.Duration"
        yield Violation(field, f"Invalid value at '{field}' ({type_name}), {why}")


def _struct(value: Any, field: str) -> Iterator[Violation]:
    if value is not None and not isinstance(value, dict):
        yield _misfit(field, "type.googleapis.com/google.protobuf.Struct", value)


def _texts(value: Any, field: str) -> Iterator[Violation]:
    """A map of texts; Google counts its entries."""
    yield from _struct(value, field)
    if isinstance(value, dict):
        for position, item in enumerate(value.values()):
            if not isinstance(item, str):
                yield _misfit(f"{field}[{position}].value", "TYPE_STRING", item)


def _text_list(value: Any, field: str) -> Iterator[Violation]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    for position, item in enumerate(items):
        yield from _TEXT(item, f"{field}[{position}]")


def _message(**fields: Check) -> Check:
    known = {spelling: check for name, check in fields.items() for spelling in (name, _camel(name))}

    def check(value: Any, field: str) -> Iterator[Violation]:
        if value is None:
            return
        if not isinstance(value, dict):
            yield _misfit(field, "TYPE_MESSAGE", value)
            return
        for name, item in value.items():
            inner = f"{field}.{name}" if field else name
            if name in known:
                yield from known[name](item, inner)
            else:
                where = f" at '{field}'" if field else ""
                what = f'Unknown name "{name[:_SHOWN]}"{where}: Cannot find field.'
                text = f"Invalid JSON payload received. {what}"
                yield Violation(field, text)

    return check


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_TEXT = _scalar("TYPE_STRING", lambda value: isinstance(value, str))
_BOOL = _scalar("TYPE_BOOL", lambda value: isinstance(value, bool))
_INT = _scalar("TYPE_INT32", lambda value: isinstance(value, int) and not isinstance(value, bool))
_OPTIONS = _message(analytics_label=_TEXT)
_ANDROID_NOTIFICATION = _message(
    title=_TEXT,
    body=_TEXT,
    icon=_TEXT,
    color=_TEXT,
    sound=_TEXT,
    tag=_TEXT,
    click_action=_TEXT,
    body_loc_key=_TEXT,
    body_loc_args=_text_list,
    title_loc_key=_TEXT,
    title_loc_args=_text_list,
    channel_id=_TEXT,
    ticker=_TEXT,
    sticky=_BOOL,
    event_time=_TEXT,
    local_only=_BOOL,
    notification_priority=_enum(
        "AndroidNotification.NotificationPriority",
        "PRIORITY_UNSPECIFIED",
        "PRIORITY_MIN",
        "PRIORITY_LOW",
        "PRIORITY_DEFAULT",
        "PRIORITY_HIGH",
        "PRIORITY_MAX",
    ),
    default_sound=_BOOL,
    default_vibrate_timings=_BOOL,
    default_light_settings=_BOOL,
    vibrate_timings=_text_list,
    visibility=_enum(
        "AndroidNotification.Visibility", "VISIBILITY_UNSPECIFIED", "PRIVATE", "PUBLIC", "SECRET"
    ),
    notification_count=_INT,
    light_settings=_struct,
    image=_TEXT,
    bypass_proxy_notification=_BOOL,
    proxy=_enum("AndroidNotification.Proxy", "PROXY_UNSPECIFIED", "ALLOW", "DENY", "IF_PRIORITY_LOWERED"),
)
_REQUEST = _message(
    validate_only=_BOOL,
    message=_message(
        name=_TEXT,
        data=_texts,
        notification=_message(title=_TEXT, body=_TEXT, image=_TEXT),
        android=_message(
            collapse_key=_TEXT,
            priority=_enum("AndroidConfig.AndroidMessagePriority", "NORMAL", "HIGH", "normal", "high"),
            ttl=_duration,
            restricted_package_name=_TEXT,
            data=_texts,
            notification=_ANDROID_NOTIFICATION,
            fcm_options=_OPTIONS,
            direct_boot_ok=_BOOL,
            bandwidth_constrained_ok=_BOOL,
            restricted_satellite_ok=_BOOL,
        ),
        webpush=_message(
            headers=_texts,
            data=_texts,
            notification=_struct,
            fcm_options=_message(link=_TEXT, analytics_label=_TEXT),
        ),
        apns=_message(
            headers=_texts,
            payload=_struct,
            fcm_options=_message(analytics_label=_TEXT, image=_TEXT),
            live_activity_token=_TEXT,
        ),
        fcm_options=_OPTIONS,
        token=_TEXT,
        topic=_TEXT,
        condition=_TEXT,
    ),
)
