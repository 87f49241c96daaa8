"""The documentation pages that rules rest on; a rule of our own names none."""

from __future__ import annotations

from typing import Final

from toolkit.model.guardrails import HELP as _PRODUCT

CUSTOM_ACTION: Final = _PRODUCT + "action/about-custom-action-configuration.md"
CAMPAIGN_ACTION: Final = _PRODUCT + "action/acc-action.md"
COLLECTIONS: Final = _PRODUCT + "building-journeys/collections.md"
CUSTOM_AUTHENTICATION: Final = _PRODUCT + "datasource/external-data-sources.md"
EXTERNAL_SYSTEMS: Final = _PRODUCT + "configuration/external-systems.md"
CAPPING: Final = _PRODUCT + "configuration/capping.md"
THROTTLING: Final = _PRODUCT + "configuration/throttling.md"
RESPONSES: Final = _PRODUCT + "action/action-response.md"
GOVERNANCE: Final = _PRODUCT + "action/action-privacy.md"
CAMPAIGN_STANDARD: Final = _PRODUCT + "action/acs-action.md"
CONSENT: Final = _PRODUCT + "action/consent.md"
FIELD_REFERENCES: Final = _PRODUCT + "building-journeys/expression/field-references.md"
MARKETO: Final = _PRODUCT + "action/marketo-engage.md"
USING: Final = _PRODUCT + "building-journeys/using-custom-actions.md"
TEST_REQUEST: Final = _PRODUCT + "action/troubleshoot-custom-action.md"
GUARDRAILS: Final = _PRODUCT + "start/guardrails.md"
LIMITS_API: Final = (
    "https://github.com/AdobeDocs/journey-optimizer-apis/blob/HEAD/static/journeys-throttling.yaml"
)
JOURNEYS_API: Final = (
    "https://github.com/AdobeDocs/journey-optimizer-apis/blob/HEAD/static/journey-retrieve.yaml"
)
OURS: Final = ""
