"""The pure beginning of every exercise: an action and values become everything that will be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.exercise.request import Rendered, render_request
from toolkit.exercise.same import kept_for_each
from toolkit.exercise.token import render_token_request
from toolkit.model.authentication import CustomAuthorization
from toolkit.model.custom_action import CustomAction


def render(action: CustomAction, values: Mapping[str, Any]) -> Rendered:
    """Return what `action`, filled with a target's values, sends with `values` by address.

    A value is JSON, or text as typed on a command line; ``path`` is the dynamic path. Secrets stay
    references.

    Raises:
        ValuesError: AJO701, every value that is missing or does not fit.
        AjoError: AJO304 where a target's value was not filled in, AJO307 where a secret is only a mask.
    """
    request = render_request(action, values)
    authorization = action.authentication
    token = _token_request(authorization) if isinstance(authorization, CustomAuthorization) else None
    return Rendered(action.name, request, token)


_token_request = kept_for_each(render_token_request)
