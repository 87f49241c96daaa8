"""Capping and throttling.

Pages: *Capping API* (``help/using/configuration/capping.md``) and *Throttling API*
(``help/using/configuration/throttling.md``); wire names in ``static/journeys-throttling.yaml``.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.model.base import Maybe, Model, ValueText
from toolkit.model.envelope import Envelope, Lifecycle

HttpMethod = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"]
Methods = Annotated[list[HttpMethod], Field(min_length=1, description="The HTTP methods the limit counts.")]
LimitName = Annotated[
    str, Field(min_length=1, description="Our name; the platform knows the limit by its URL pattern.")
]


class Rating(Model):
    """How many calls in how long."""

    max_calls_count: int = Field(ge=1, description="Calls in one period.")
    period_in_ms: int = Field(ge=1, description="Length of the period in milliseconds.")


class ServiceLimit(Model):
    """The limit for one service of the platform."""

    max_http_connections: Maybe[int] = Field(default=None, ge=1, description="Connections open at once.")
    rating: Rating


class Services(Model):
    """Which calls are limited: those of actions, of data sources, or both, each on its own."""

    action: Maybe[ServiceLimit] = Field(default=None, description="Calls by custom actions.")
    data_source: Maybe[ServiceLimit] = Field(default=None, description="Calls by data sources.")

    @model_validator(mode="after")
    def _name_one(self) -> Self:
        if self.action is None and self.data_source is None:
            raise PydanticCustomError("limit", "at least one of action and dataSource is needed")
        return self


class EndpointConfig(Envelope):
    """A capping: calls above it are dropped. Always kept deployed."""

    kind: Literal["EndpointConfig"] = Field(description="The kind of definition.")
    name: LimitName
    description: str = Field(default="", description="Why this limit; never sent.")
    url: ValueText = Field(description="URL pattern; * stands for any text, not in host or port.")
    methods: Methods
    services: Services = Field(json_schema_extra={"minProperties": 1})
    lifecycle: Maybe[Lifecycle] = Field(default=None, description="Ours alone, never sent.")


class ThrottlingConfig(Envelope):
    """A throttling: calls above it wait, up to six hours. Production sandbox only, one per organisation."""

    kind: Literal["ThrottlingConfig"] = Field(description="The kind of definition.")
    name: LimitName
    description: str = Field(default="", description="Why this limit; shown in the product.")
    url_pattern: ValueText = Field(description="URL pattern; * stands for any text, not in host or port.")
    methods: Methods
    max_throughput: int = Field(ge=200, le=5000, description="Calls a second, 200 to 5000.")
    lifecycle: Maybe[Lifecycle] = Field(default=None, description="Ours alone, never sent.")
