"""Capping and throttling.

Pages: *Capping API* (``help/using/configuration/capping.md``) and *Throttling API*
(``help/using/configuration/throttling.md``); wire names in ``static/journeys-throttling.yaml``.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.model.base import Maybe, Model, ValueText
from toolkit.model.envelope import LIFECYCLE, Envelope, Lifecycle
from toolkit.model.guardrails import QUEUED_FOR, THROUGHPUT_LEAST, THROUGHPUT_MOST
from toolkit.model.hints import hints, snippet

CAPPING_PAGE = "configuration/capping.md"
THROTTLING_PAGE = "configuration/throttling.md"

METHODS = {
    "GET": "Calls that read.",
    "POST": "Calls that send a body, such as most actions.",
    "PUT": "Calls that create or replace.",
    "PATCH": "Calls that change a part; no custom action makes them.",
    "DELETE": "Calls that remove; no custom action makes them.",
    "OPTION": "As the platform spells OPTIONS; no custom action makes them.",
}
_RATING = {"maxCallsCount": 1000, "periodInMs": 1000}
_ONE_SERVICE = {"maxHttpConnections": 50, "rating": _RATING}

HttpMethod = Annotated[
    Literal["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"],
    Field(description="An HTTP method.", json_schema_extra=hints(words=METHODS)),
]
Methods = Annotated[
    list[HttpMethod],
    Field(min_length=1, description="The HTTP methods the limit counts.", examples=[["POST"]]),
]
LimitName = Annotated[
    str,
    Field(
        min_length=1,
        description="Our name; the platform knows the limit by its URL pattern.",
        examples=["loyalty-api"],
    ),
]
UrlPattern = Annotated[
    ValueText,
    Field(
        description="URL pattern; `*` stands for any text, not in host or port. It is the limit's identity.",
        examples=["https://${loyaltyHost}/v2/*"],
    ),
]


class Rating(Model):
    """How many calls in how long."""

    max_calls_count: int = Field(ge=1, description="Calls in one period; at least 1.", examples=[1000])
    period_in_ms: int = Field(
        ge=1, description="Length of the period in milliseconds; at least 1.", examples=[1000]
    )


class ServiceLimit(Model, title="Limit of one service"):
    """The limit for one service of the platform."""

    max_http_connections: Maybe[int] = Field(
        default=None, ge=1, description="Connections open at once; at least 1.", examples=[50]
    )
    rating: Rating


class Services(Model):
    """Which calls are limited: those of actions, of data sources, or both, each on its own."""

    action: Maybe[ServiceLimit] = Field(
        default=None, description="Calls by custom actions.", examples=[_ONE_SERVICE]
    )
    data_source: Maybe[ServiceLimit] = Field(
        default=None, description="Calls by data sources.", examples=[_ONE_SERVICE]
    )

    @model_validator(mode="after")
    def _name_one(self) -> Self:
        if self.action is None and self.data_source is None:
            raise PydanticCustomError("limit", "at least one of action and dataSource is needed")
        return self


_SERVICES = [
    snippet("action", "Limit the calls of custom actions.", {"action": _ONE_SERVICE}),
    snippet("dataSource", "Limit the calls of data sources.", {"dataSource": _ONE_SERVICE}),
    snippet(
        "action and dataSource",
        "Limit both, each on its own.",
        {"action": _ONE_SERVICE, "dataSource": _ONE_SERVICE},
    ),
]


class EndpointConfig(Envelope, title="Capping", json_schema_extra=hints(page=CAPPING_PAGE)):
    """A capping: calls above it are dropped. Always kept deployed."""

    kind: Literal["EndpointConfig"] = Field(description="A capping.")
    name: LimitName
    description: str = Field(default="", description="Why this limit; never sent.")
    url: UrlPattern
    methods: Methods
    services: Services = Field(json_schema_extra={"minProperties": 1, **hints(snippets=_SERVICES)})
    lifecycle: Maybe[Lifecycle] = Field(default=None, description=LIFECYCLE)


class ThrottlingConfig(Envelope, title="Throttling", json_schema_extra=hints(page=THROTTLING_PAGE)):
    """A throttling: calls above it wait. Production sandbox only, one per organisation."""

    kind: Literal["ThrottlingConfig"] = Field(
        description=f"A throttling: calls above it wait, up to {QUEUED_FOR.value} {QUEUED_FOR.unit}."
    )
    name: LimitName
    description: str = Field(default="", description="Why this limit; shown in the product.")
    url_pattern: UrlPattern
    methods: Methods
    max_throughput: int = Field(
        ge=THROUGHPUT_LEAST.value,
        le=THROUGHPUT_MOST.value,
        description=f"Calls a second, {THROUGHPUT_LEAST.value} to {THROUGHPUT_MOST.value}.",
        examples=[500],
        json_schema_extra=hints(page=THROTTLING_PAGE),
    )
    lifecycle: Maybe[Lifecycle] = Field(default=None, description=LIFECYCLE)
