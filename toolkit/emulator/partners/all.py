"""All stand-ins of one emulator, and what a test may do with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call, Resource
from toolkit.emulator.elements import Space
from toolkit.emulator.partners import (
    adobe_io,
    campaign,
    epsilon,
    example,
    facebook,
    fcm,
    google,
    oauth2,
    slack,
)
from toolkit.emulator.partners.assertion import Assertions, BadAssertion
from toolkit.emulator.partners.stand_in import StandIn
from toolkit.emulator.rates import PartnerLimits, Window
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.tokens import Tokens
from toolkit.emulator.wire import reply

HOSTS = (
    google.HOST,
    fcm.HOST,
    facebook.HOST,
    epsilon.TOKEN_HOST,
    epsilon.HOST,
    adobe_io.IMS_HOST,
    adobe_io.HOST,
    slack.HOST,
    campaign.HOST,
    example.HOST,
)
"""The hosts that there is a stand-in for; whoever reaches the same vendor at another host routes it there."""


@dataclass(frozen=True, slots=True)
class Partners:
    """The stand-ins, and the keys of clients that sign assertions."""

    stand_ins: Sequence[StandIn]
    assertions: Assertions

    @classmethod
    def start(cls, clock: Callable[[], float], limits: PartnerLimits) -> Partners:
        """New stand-ins: no token is out, nothing was counted. `clock` is seconds since the epoch."""
        of_google = Tokens(clock, google.TOKEN_LIFETIME_S)
        of_example = Tokens(clock, oauth2.TOKEN_LIFETIME_S)
        assertions = Assertions(clock)
        stand_ins: list[StandIn] = [
            google.GoogleTokens(of_google),
            fcm.Fcm(of_google, Window(limits.fcm, clock), clock),
            facebook.Facebook(clock),
            epsilon.Epsilon(Tokens(clock, epsilon.TOKEN_LIFETIME_S), clock),
            adobe_io.AdobeIo(Tokens(clock, adobe_io.TOKEN_LIFETIME_S), Window(limits.io_events, clock)),
            slack.Slack(clock, Window(limits.slack, clock)),
            campaign.Campaign(Window(limits.campaign, clock)),
            oauth2.TokenServer(of_example, assertions),
            example.Example(of_example),
        ]
        return cls(stand_ins, assertions)

    def routes(self) -> list[Route]:
        """The routes of all of them."""
        return [route for stand_in in self.stand_ins for route in stand_in.routes()]

    def controls(self, prefix: str, admit: Callable[[Call], Space]) -> list[Route]:
        """``POST {prefix}/partners/reset`` and ``…/partners/keys``, for who is admitted."""
        handlers = {"reset": self._reset, "keys": self._register}
        return [
            Route(f"{prefix}/partners/{path}", Resource({"POST": handler}, admit))
            for path, handler in handlers.items()
        ]

    def _reset(self, _: Call) -> Response:
        """Forget tokens, counted calls, keys, events."""
        for stand_in in self.stand_ins:
            stand_in.reset()
        return reply({"reset": True})

    def _register(self, call: Call) -> Response:
        """``{client, key}``: check this client's assertions with this RSA key, a JWK."""
        wrong = Refusal(400, 400, "the body has to be a JSON object with client and key")
        body = call.json_object(wrong, wrong)
        client = body.get("client")
        if not isinstance(client, str) or not client:
            raise wrong
        try:
            self.assertions.register(client, body.get("key"))
        except BadAssertion as error:
            raise Refusal(400, 400, str(error)) from None
        return reply({"registered": True})
