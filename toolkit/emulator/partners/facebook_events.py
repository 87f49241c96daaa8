"""What is wrong with events for Meta: the first thing that is refuses all of them.

Required parameters, the age of an event, what a website's event needs (``event_source_url``,
``client_user_agent``): https://developers.facebook.com/documentation/ads-commerce/conversions-api/parameters/server-event.
Observers saw the API accept a website's event without ``client_user_agent``; the stand-in goes by the
documentation. Which parameters are hashed, and at least one of them:
https://developers.facebook.com/documentation/ads-commerce/conversions-api/parameters/customer-information-parameters.
``custom_data``: https://developers.facebook.com/documentation/ads-commerce/conversions-api/parameters/custom-data.

Subcodes are observed: 2804003 an event that is too old
(https://github.com/rudderlabs/rudder-transformer, destination *facebook_pixel*), 2804019 a parameter that is
required (https://www.volcengine.com/article/2490042), 2804050 no customer information
(https://github.com/Setono/meta-conversions-api-php-sdk). Where none is known, 2804019 is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MOST_EVENTS = 1_000
OLDEST_S = 7 * 24 * 3600

PARAMETER_ERROR = 2804019
TOO_OLD = 2804003
NO_CUSTOMER_INFORMATION = 2804050

HASHED = ("em", "ph", "fn", "ln", "db", "ge", "ct", "st", "zp", "country")
ACTION_SOURCES = (
    "email",
    "website",
    "app",
    "phone_call",
    "chat",
    "physical_store",
    "system_generated",
    "business_messaging",
    "other",
)

_SKEW_S = 60
_MILLISECONDS = 100_000_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")


class Rejected(ValueError):
    """Why events are refused; the message never quotes a value. `subcode` 0 is a refusal without one."""

    def __init__(
        self, message: str, subcode: int = 0, title: str = "Server Side Api Parameter Error"
    ) -> None:
        super().__init__(message)
        self.subcode = subcode
        self.title = title


def check_events(fields: Mapping[str, Any], now: float) -> int:
    """The number of events, all of them good; raises :class:`Rejected`."""
    events = fields.get("data")
    if not isinstance(events, list) or not events:
        raise Rejected("The parameter data is required: a list of events")
    if len(events) > MOST_EVENTS:
        raise Rejected(f"Too many events: {MOST_EVENTS} may be sent at once")
    code = fields.get("test_event_code")
    if code is not None and (not isinstance(code, str) or not code.strip()):
        raise Rejected("Param test_event_code must be a string")
    for number, event in enumerate(events):
        _check_event(event, f"$['data'][{number}]", now)
    return len(events)


def _check_event(event: Any, path: str, now: float) -> None:
    if not isinstance(event, dict):
        raise Rejected(f"The parameter {path} must be an object.", PARAMETER_ERROR)
    for name in ("event_name", "action_source"):
        value = _required(event, name, path)
        if not isinstance(value, str) or not value.strip():
            raise _wrong(path, name, "must be a text")
    if event["action_source"] not in ACTION_SOURCES:
        raise _wrong(path, "action_source", "is none of the known sources")
    _check_time(_required(event, "event_time", path), path, now)
    _check_people(_required(event, "user_data", path), path)
    if event["action_source"] == "website":
        _required(event, "event_source_url", path)
        _required(event["user_data"], "client_user_agent", f"{path}['user_data']")
    if not isinstance(event.get("opt_out", False), (bool, type(None))):
        raise _wrong(path, "opt_out", "must be a boolean")
    _check_custom_data(event, path)


def _required(holder: Mapping[str, Any], name: str, path: str) -> Any:
    value = holder.get(name)
    if value is None or value == "":
        raise _wrong(path, name, "is required")
    return value


def _wrong(path: str, name: str, what: str) -> Rejected:
    return Rejected(f"The parameter {path}['{name}'] {what}.", PARAMETER_ERROR)


def _check_time(value: Any, path: str, now: float) -> None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(path, "event_time", "must be a Unix time in seconds")
    if value >= _MILLISECONDS:
        raise _wrong(path, "event_time", "must be in seconds; this looks like milliseconds")
    if value > now + _SKEW_S:
        raise _wrong(path, "event_time", "is in the future")
    if value < now - OLDEST_S:
        message = "An event has to be sent within seven days of when it happened."
        raise Rejected(message, TOO_OLD, "Event Timestamp Too Old")


def _check_people(people: Any, path: str) -> None:
    if not isinstance(people, dict):
        raise _wrong(path, "user_data", "must be an object")
    if not any(people.values()):
        message = "The event has no customer information parameters."
        raise Rejected(message, NO_CUSTOMER_INFORMATION, "Not Enough Customer Information")
    for name, value in people.items():
        for text in value if isinstance(value, list) else [value]:
            if text is not None and not isinstance(text, (str, int)):
                raise _wrong(f"{path}['user_data']", name[:100], "must be a text or a list of texts")
            if name in HASHED and text is not None and not _SHA256.fullmatch(str(text)):
                raise _wrong(f"{path}['user_data']", name, "must be a SHA-256 in hexadecimal digits")


def _check_custom_data(event: Mapping[str, Any], path: str) -> None:
    data = event.get("custom_data")
    if data is None:
        data = {}
    elif not isinstance(data, dict):
        raise _wrong(path, "custom_data", "must be an object")
    path = f"{path}['custom_data']"
    if event["event_name"] == "Purchase":
        _required(data, "currency", path)
        _required(data, "value", path)
    currency, value = data.get("currency"), data.get("value")
    if currency is not None and not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        raise _wrong(path, "currency", "must be a currency of ISO 4217")
    if value is not None and (isinstance(value, (bool, list, dict)) or not _is_number(value)):
        raise _wrong(path, "value", "must be a number")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) or re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", value) is not None
