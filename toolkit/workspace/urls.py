"""Addresses in settings: which are allowed, and which lead to this machine."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_loopback(url: str) -> bool:
    """Tell whether `url` leads to this machine."""
    return urlsplit(url).hostname in LOOPBACK


def comparable(url: str) -> str:
    """Return an address in the one spelling of all that lead to the same place by rule."""
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}"


def _service_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        valid = (
            bool(parts.hostname) and "@" not in parts.netloc and not set("?#") & set(url) and parts.port != 0
        )
    except ValueError:
        valid, parts = False, None
    if not valid or parts is None or not re.fullmatch(r"[!-~]+", url):
        raise PydanticCustomError("url", "a URL like https://host/path is needed")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url)):
        raise PydanticCustomError("url", "https is needed; http only to this machine")
    return url.rstrip("/")


ServiceUrl = Annotated[str, AfterValidator(_service_url)]
