"""A large workspace as teams have them: many vendors, no two definitions alike, a few of them wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VENDORS = 240
SETTINGS = """\
[targets.{name}]
organisation = "ACME@AdobeOrg"
sandbox = "{name}"
production = {production}
client-id = "acme-client"
client-secret = "${{secret:platform/client-secret}}"

[targets.{name}.values]
"""
WORDS = """
account amount balance basket birthday campaign category channel city consent contact country coupon
currency customer delivery device discount email event expiry gender identity invoice item journey
label language level locale member message mobile name notice number offer order parcel partner
phone points postcode price product profile quantity reason receipt recipient reference region
reward segment sender service shop source state status store street subject tag template tenant
ticket tier time title total tracking type user variant voucher warehouse website zone
""".split()  # noqa: SIM905  # a list of words is no code
SCALARS = ("string", "string", "string", "integer", "decimal", "boolean", "dateTime", "dateOnly")
LISTS = ("listString", "listInteger")

Json = dict[str, Any]


def make_corpus(root: Path, files: int, targets: tuple[str, ...], seed: int = 1) -> None:
    """Write settings and `files` definitions below `root`; the same ones for the same arguments."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "ajo.toml").write_text(_settings(targets), encoding="utf-8")
    for folder, name, document in _definitions(random.Random(seed), files):
        place = root / "actions" / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _settings(targets: tuple[str, ...]) -> str:
    tables = []
    for target in targets:
        values = [f'clientOf{vendor} = "acme-{target}-{vendor}"' for vendor in range(VENDORS)]
        values += [f'hostOf{vendor} = "api-{target}.vendor{vendor}.example.com"' for vendor in range(VENDORS)]
        production = "true" if target == "prod" else "false"
        tables.append(SETTINGS.format(name=target, production=production) + "\n".join(values) + "\n")
    return "\n".join(tables)


def _definitions(dice: random.Random, files: int) -> Iterator[tuple[str, str, Json]]:
    """Yield folder, file name and document: per vendor one capping, else actions, a few of Campaign."""
    cappings = min(VENDORS, max(1, files // 20))
    for vendor in range(cappings):
        name = f"vendor-{vendor}"
        yield f"vendor{vendor:03}", f"{name}.capping.json", _capping(dice, name, vendor)
    for number in range(files - cappings):
        vendor = dice.randrange(cappings)
        name = f"{dice.choice(WORDS).title()}{dice.choice(WORDS).title()}{number:05}"
        is_campaign = dice.random() < 0.03
        document = _campaign(dice, name) if is_campaign else _action(dice, name, vendor, number)
        yield f"vendor{vendor:03}", f"{name}.json", document


def _envelope(kind: str, schema: str, name: str, description: str) -> Json:
    return {
        "$schema": f"../../schemas/v1/{schema}.schema.json",
        "formatVersion": 1,
        "kind": kind,
        "name": name,
        "description": description,
    }


def _sentence(dice: random.Random, most: int) -> str:
    words = dice.choices(WORDS, k=dice.randrange(4, most))
    return f"{' '.join(words).capitalize()}{dice.choice(('.', ' (see the page of the vendor).', '!'))}"


def _capping(dice: random.Random, name: str, vendor: int) -> Json:
    return {
        **_envelope("EndpointConfig", "endpoint-config", name, _sentence(dice, 20)),
        "url": f"https://${{hostOf{vendor}}}/*",
        "methods": ["GET", "POST", "PUT"],
        "services": {
            "action": {
                "maxHttpConnections": dice.randrange(2, 400),
                "rating": {
                    "maxCallsCount": dice.randrange(2, 5000),
                    "periodInMs": dice.choice((1000, 60000)),
                },
            }
        },
    }


def _campaign(dice: random.Random, name: str) -> Json:
    return {
        **_envelope("CampaignAction", "campaign-action", name, _sentence(dice, 30)),
        "campaignType": "classic",
        "request": {"channel": "email", "eventType": name, "email": _hole(dice), "ctx": _object(dice, 1)},
    }


def _action(dice: random.Random, name: str, vendor: int, number: int) -> Json:
    method = dice.choice(("POST", "POST", "POST", "PUT", "GET"))
    document = {
        **_envelope("CustomAction", "custom-action", name, _sentence(dice, 60)),
        "endpoint": _endpoint(dice, method, vendor, number),
    }
    authentication = _authentication(vendor)
    if authentication:
        document["authentication"] = authentication
    document["governance"] = {"channel": dice.choice(("email", "sms", "push", "other"))}
    if method != "GET":
        document["request"] = _object(dice, dice.choice((1, 2, 2, 3)))
        if dice.random() < 0.3:
            document["request"]["clientId"] = f"${{clientOf{vendor}}}"
    if dice.random() < 0.7:
        document["response"] = _answer(dice, 2)
    if dice.random() < 0.4:
        document["failureResponse"] = {"error": {"code": "string", "detail": "string"}}
    if dice.random() < 0.3:
        document["lifecycle"] = {"owner": f"team-{vendor % 20}", "links": ["https://example.com/api"]}
    return _spoilt(dice, document)


def _endpoint(dice: random.Random, method: str, vendor: int, number: int) -> Json:
    headers: Json = {"Content-Type": "application/json"}
    for word in dice.sample(WORDS, dice.randrange(4)):
        optional = {"$optional": True} if dice.random() < 0.3 else {}
        is_hole = dice.random() < 0.3
        headers[f"X-{word.title()}"] = {"$variable": f"{word} header", **optional} if is_hole else word
    endpoint = {
        "method": method,
        "url": f"https://${{hostOf{vendor}}}/v{vendor % 3 + 1}/{dice.choice(WORDS)}s/{number}",
        "headers": headers,
    }
    if method == "GET" or dice.random() < 0.2:
        endpoint["query"] = {word: {"$variable": f"{word} parameter"} for word in dice.sample(WORDS, 2)}
    return endpoint


def _authentication(vendor: int) -> Json | None:
    """Return what one vendor asks for."""
    secret = f"${{secret:vendor{vendor}/key}}"
    match vendor % 4:
        case 0:
            return {"type": "apiKey", "name": "X-Api-Key", "value": secret, "location": "header"}
        case 1:
            return {"type": "basic", "username": f"${{clientOf{vendor}}}", "password": secret}
        case 2:
            return {
                "type": "customAuthorization",
                "endpoint": f"https://${{hostOf{vendor}}}/oauth2/token",
                "method": "POST",
                "headers": {"Authorization": f"Basic EncodeBase64(${{clientOf{vendor}}}:{secret})"},
                "body": {"bodyType": "form", "bodyParams": {"grant_type": "client_credentials"}},
                "tokenInResponse": "json://access_token",
                "cacheDuration": {"duration": 50, "timeUnit": "minutes"},
                "authorizationType": "bearer",
            }
        case _:
            return None


def _label(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=3)).capitalize()


def _hole(dice: random.Random) -> Json:
    hole: Json = {"$variable": _label(dice)}
    kind = dice.choice(SCALARS)
    if kind != "string":
        hole["$type"] = kind
    if dice.random() < 0.2:
        hole["$optional"] = True
    return hole


def _object(dice: random.Random, depth: int) -> Json:
    return {name: _node(dice, depth) for name in dice.sample(WORDS, dice.randrange(2, 7))}


def _node(dice: random.Random, depth: int) -> Any:
    chance = dice.random()
    if chance < 0.25:
        return dice.choice(
            (dice.choice(WORDS), dice.randrange(1000), dice.random() < 0.5, _sentence(dice, 12))
        )
    if depth > 0 and chance < 0.45:
        return _object(dice, depth - 1)
    if depth > 0 and chance < 0.52:
        items = {name: _hole(dice) for name in dice.sample(WORDS, 3)}
        return {"$variable": _label(dice), "$items": items}
    if depth > 0 and chance < 0.57:
        return [_object(dice, -1) for _ in range(dice.randrange(1, 4))]
    if depth >= 0 and chance < 0.62:
        return {"$variable": _label(dice), "$type": dice.choice(LISTS)}
    return _hole(dice)


def _answer(dice: random.Random, depth: int) -> Json:
    answer: Json = {}
    for name in dice.sample(WORDS, dice.randrange(2, 6)):
        chance = dice.random() if depth else 1
        inner = _answer(dice, depth - 1) if chance < 0.35 else None
        answer[name] = (
            dice.choice((*SCALARS, *LISTS)) if inner is None else inner if chance < 0.2 else [inner]
        )
    return answer


def _spoilt(dice: random.Random, document: Json) -> Json:
    """Give one action in two hundred something to find."""
    if dice.random() < 0.995:
        return document
    match dice.randrange(4):
        case 0:
            document["endpoint"]["url"] += " with blanks"
        case 1:
            document["endpoint"]["headers"]["Host"] = "example.com"
        case 2:
            document["descriptoin"] = document.pop("description")
        case _:
            document["endpoint"]["query"] = {"access_token": "opensesame"}
    return document
