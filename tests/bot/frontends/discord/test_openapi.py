"""What the front-end sends, against Discord's own description of its API, where that is at hand."""

import asyncio
import json
import re

import pytest

from bot.conversation.messages import Card, Choice, File, Look, Notice, Place
from bot.conversation.ports import Delivered, Reply
from bot.wording.text import Mention, Text, say
from tests.bot.frontends.discord.test_network import running
from tests.doubles.discord_http.server import FakeDiscord
from tests.expect import expect
from tests.fakes.ears import ScriptedEars
from tests.specs import SPECS

SPEC = SPECS / "discord-openapi.json"
GROUP = Place(frontend="discord", chat_id="600", private=False)
KINDS = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "array": list, "object": dict, "null": type(None),
}  # fmt: skip
# Requests of discord.py itself, which the description leaves out or files under another name.
OWN = {"/gateway/bot", "/oauth2/applications/@me", "/users/@me"}


class Api:
    """As much of JSON schema as the description uses for what we send."""

    def __init__(self, spec: dict) -> None:
        self.spec = spec
        self.paths = {
            re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) + "$"): methods
            for path, methods in spec["paths"].items()
        }

    def operation(self, method: str, path: str) -> dict | None:
        found = [ops for pattern, ops in self.paths.items() if pattern.match(path) and method.lower() in ops]
        return found[0][method.lower()] if found else None

    def body(self, operation: dict) -> dict | None:
        content = operation.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if "application/json" in content else None

    def faults(self, value, schema: dict, where: str = "body") -> list[str]:
        if "$ref" in schema:
            return self.faults(
                value, self.spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], where
            )
        for union in ("oneOf", "anyOf"):
            if union in schema:
                tried = [self.faults(value, one, where) for one in schema[union]]
                return [] if [] in tried else min(tried, key=len)
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(isinstance(value, KINDS[kind]) for kind in kinds):
            return [f"{where}: {value!r} is no {kinds}"]
        found = []
        if "const" in schema and value != schema["const"]:
            found.append(f"{where}: {value!r} is not {schema['const']!r}")
        if isinstance(value, str | list):
            least = schema.get("minLength" if isinstance(value, str) else "minItems", 0)
            most = schema.get("maxLength" if isinstance(value, str) else "maxItems", len(value))
            if not least <= len(value) <= most:
                found.append(f"{where}: {len(value)} long, not {least} to {most}")
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{where}: {value!r} does not match")
        if isinstance(value, list) and "items" in schema:
            for number, item in enumerate(value):
                found += self.faults(item, schema["items"], f"{where}[{number}]")
        if isinstance(value, dict):
            properties = schema.get("properties", {})
            found += [
                f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value
            ]
            for name, item in value.items():
                if name in properties:
                    found += self.faults(item, properties[name], f"{where}.{name}")
                elif schema.get("additionalProperties") is False or properties:
                    found.append(f"{where}.{name} is not known")
        return found


@pytest.fixture(scope="module")
def api():
    if not SPEC.exists():
        pytest.skip(f"no {SPEC.name} here: set FOURTOP_SPECS to the folder that has it")
    return Api(json.loads(SPEC.read_text()))


async def everything_sent() -> FakeDiscord:
    """Every kind of request the front-end makes."""
    ears = ScriptedEars(Reply(), Reply(toast=say("Done.")), Reply(toast=say("No.")))
    options = tuple(Choice(label=f"Day {number}", value="", ref=f"r{number}") for number in range(60))
    looks = tuple(Choice(label=look, value="", ref=look, look=look, chosen=True) for look in Look)
    long = Card(text=Text((Mention("Ann", "1" * 18),)), options=options, actions=looks, typing="a day")
    ears.cards["d1"], ears.venues = long, ["Luna"]
    async with FakeDiscord() as fake, running(fake, ears) as frontend:
        sent = expect(Delivered, await frontend.show(GROUP, long, dialogue_id="d1", message_id=None, key="a"))
        few = Card(text=say("x"), options=looks)
        await frontend.show(GROUP, few, dialogue_id="d2", message_id=None, key="b")
        await frontend.tell(GROUP, Notice(text=say("x" * 3000), quiet=True), key="c")
        ics = File(name="dinner.ics", media_type="text/calendar", content=b"x")
        await frontend.tell(GROUP, Notice(text=say("x"), file=ics), key="d")
        await frontend.tell(
            Place(frontend="discord", chat_id="user:42", private=True), Notice(text=say("x")), key="e"
        )
        message = fake.world.messages[int(sent.message_id)]
        done = [await fake.command(1, "plans"), await fake.command(1, "plans")]
        await asyncio.gather(*(one.finished.wait() for one in done))
        done = [
            await fake.tap(1, message, "ft.d1.plain"),
            await fake.tap(1, message, "ft-page.d1.1"),
            await fake.tap(1, message, "ft-type.d1."),
            await fake.typing(1, "reserve", "venue", "lu"),
            await fake.form(1, "ft-said.d1.", "fri"),
        ]
        await asyncio.gather(*(one.acknowledged.wait() for one in done))
        await fake.until(lambda: fake.asked("POST", "/webhooks/*") and fake.asked("PATCH", "/channels/*"))
    return fake


async def test_everything_sent_fits_the_description(api):
    fake = await everything_sent()
    kinds = {(one.method, re.sub(r"(?<=/)(\d+|secret-\d+)(?=/|$)", "*", one.path)) for one in fake.requests}
    assert {path for method, path in kinds if method == "POST"} >= {
        "/channels/*/messages",
        "/interactions/*/*/callback",
        "/users/@me/channels",
        "/webhooks/*/*",
    }
    for request in fake.requests:
        operation = api.operation(request.method, request.path)
        if request.path in OWN and operation is None:
            continue
        assert operation is not None, f"{request.method} {request.path}"
        schema = api.body(operation)
        if request.body is not None and schema is not None:
            # discord.py adds this one to its own edits.
            faults = [fault for fault in api.faults(request.body, schema) if fault != "body.tts is not known"]
            assert faults == [], (request.path, request.body)


def test_the_check_itself_finds_faults(api):
    schema = api.body(api.operation("POST", "/channels/1/messages"))
    assert api.faults({"content": "x"}, schema) == []
    assert api.faults({"content": 5}, schema)
    assert api.faults({"contents": "x"}, schema)
    assert api.faults({"content": "x" * 5000}, schema)
    assert api.faults({"components": [{"type": 1, "components": [{"type": 2, "style": 99}]}]}, schema)
