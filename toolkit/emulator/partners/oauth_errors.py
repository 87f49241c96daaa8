"""Answers of a token endpoint: RFC 6749, 5.1 and 5.2 (https://www.rfc-editor.org/rfc/rfc6749#section-5)."""

from __future__ import annotations

from starlette.responses import Response

from toolkit.emulator.refusals import Refusal
from toolkit.emulator.tokens import Tokens
from toolkit.emulator.wire import reply

_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def token_answer(tokens: Tokens, client: str, scope: str = "") -> Response:
    """A new token for `client`; the scope is told where one was asked for."""
    answer = {
        "access_token": tokens.issue(client),
        "token_type": "Bearer",
        "expires_in": tokens.lifetime_s,
        **({"scope": scope} if scope else {}),
    }
    return reply(answer, headers=_NOT_KEPT)


def oauth_error(error: str, description: str, *, scheme: str = "") -> Response:
    """A refusal: 401 for ``invalid_client``, with the `scheme` to use where one was tried, else 400."""
    status = 401 if error == "invalid_client" else 400
    challenge = {"WWW-Authenticate": f'{scheme} realm="token"'} if scheme else {}
    return reply({"error": error, "error_description": description}, status, {**_NOT_KEPT, **challenge})


def oauth_refuse(refusal: Refusal) -> Response:
    """A refusal that the RFC does not know, in its shape."""
    answer = reply({"error": "invalid_request", "error_description": refusal.message}, refusal.status)
    answer.headers.update(refusal.headers or {})
    return answer
