"""Every card that somebody can tap, brought about as people would."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection, Row

from bot.conversation.messages import Card, Choice, Place
from bot.notifications import requests
from core.domain.fact import MendNeeded
from core.domain.mandate import MandateScope
from core.domain.terms import ANY_LATE_FEE
from core.domain.trouble import Trouble
from core.persistence import codec, guests, mandates
from core.persistence import plans as kept_plans
from core.persistence.tables import accounts, dialogues, plans
from tests.expect import present
from tests.fakes.accounts import EMAIL, PASSWORD, FakeAccounts
from tests.fakes.clock import settle
from tests.fakes.knowing import KnowingPlatform
from tests.security.acts import dm, group
from tests.stage import NOON, Stage

ARMED = "/reserve luna 4 22 dec 19:00-20:00 dining"
OPEN = "/reserve luna 2 fri 19:00-20:00 bar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A card that is there: of which dialogue, where, and what can be tapped on it."""

    dialogue_id: str
    flow: str
    place: Place
    choices: tuple[Choice, ...]


Make = Callable[[Stage], Awaitable[Place]]


async def _reserve(stage: Stage, words: str) -> Place:
    await stage.fake.say("bob", f"/reserve {words}")
    return group()


async def _armed(stage: Stage) -> Place:
    await stage.fake.say("bob", ARMED)
    await stage.fake.tap("bob", "Yes, go for it")
    await stage.fake.tap("cas", "I'm in")
    return group()


async def _booked(stage: Stage) -> Place:
    await stage.fake.say("bob", OPEN)
    await stage.fake.tap("bob", "Yes, book it")
    await settle()
    await stage.fake.tap("cas", "I'm in")
    return group()


async def _asked(stage: Stage, label: str, *, booked: bool = False) -> Place:
    place = await (_booked(stage) if booked else _armed(stage))
    await stage.fake.tap("bob", label)
    return place


async def _reminded(stage: Stage, *, sure: bool = False) -> Place:
    await _booked(stage)
    await stage.time.run_until(NOON + timedelta(days=3))
    if sure:
        await stage.fake.tap("bob", "Give the table back")
    return group()


async def _plans(stage: Stage, *, mine: bool = False) -> Place:
    await _armed(stage)
    await stage.fake.say("bob", "/plans")
    if mine:
        await stage.fake.tap("bob", "Mine")
    return group()


async def _drill(stage: Stage, *, choosing: bool = False) -> Place:
    await _armed(stage)
    await stage.fake.say("bob", "/drill")
    if choosing:
        await stage.fake.tap("bob", "Another plan")
    return group()


async def _drop(stage: Stage, *lines: str, kept: bool = False) -> Place:
    for line in lines:
        await stage.fake.say("bob", line)
        if kept:
            await stage.fake.tap("bob", "Yes, that is right")
            await stage.fake.say("bob", "/drop nona")
    return group()


async def _own(stage: Stage, line: str, label: str = "") -> Place:
    await (_armed(stage) if line == "/plans" else _booked(stage))
    await stage.fake.say("bob", "/favourites casa luna", private=True)
    await stage.fake.say("bob", line, private=True)
    if label:
        await stage.fake.tap("bob", label, private=True)
    return dm("bob")


async def _connecting(stage: Stage, *labels: str) -> Place:
    await stage.fake.say("bob", "/connect resy", private=True)
    for label in labels:
        await stage.fake.tap("bob", label, private=True)
    return dm("bob")


async def _connected(stage: Stage, *labels: str) -> Place:
    await _connecting(stage, "E-mail and password")
    await stage.fake.say("bob", EMAIL, private=True)
    await stage.fake.say("bob", PASSWORD, private=True)
    await stage.fake.say("bob", "/accounts", private=True)
    for label in labels:
        await stage.fake.tap("bob", label, private=True)
    return dm("bob")


async def _to_mend(stage: Stage, trouble: Trouble) -> Place:
    """Of Ann's plan, so that who owns the plan is not whose card it is."""
    await _connected(stage)
    await stage.fake.say("ann", ARMED)
    await stage.fake.tap("ann", "Yes, go for it")

    def ask(tx: Connection) -> None:
        plan_id = tx.execute(plans.select()).one().id
        account_id = tx.execute(accounts.select()).one().id
        tx.execute(accounts.update().values(cards=(), state="expired"))
        known = present(guests.sign_in(tx, "fake", "bob"))
        needed = MendNeeded(guest_id=known.guest_id, plan_id=plan_id, account_id=account_id, trouble=trouble)
        requests.ask_to_mend(tx, needed, now=stage.clock.now())

    await stage.database.write(ask)
    stage.dispatcher.poke()
    await settle()
    return dm("bob")


async def _mandated(stage: Stage, *, party_size: int = 4) -> Place:
    """What Bob said of Ann's plan, which may want another table by now."""
    await _connected(stage)
    await stage.fake.say("ann", ARMED)
    await stage.fake.tap("ann", "Yes, go for it")

    def said(tx: Connection) -> None:
        plan = kept_plans.get(tx, tx.execute(plans.select()).one().id)
        bob = present(guests.sign_in(tx, "fake", "bob")).guest_id
        mandates.give(
            tx,
            plan.id,
            guest_id=bob,
            account_id=tx.execute(accounts.select()).one().id,
            scope=MandateScope.of(replace(plan.wish, party_size=party_size)),
            ceiling=ANY_LATE_FEE,
            until=plan.wish.first_at(plan.zone),
            now=stage.clock.now(),
        )
        requests.show_mandate(tx, plan, bob, now=stage.clock.now())

    await stage.database.write(said)
    stage.dispatcher.poke()
    await settle()
    return dm("bob")


async def _approval(stage: Stage) -> Place:
    await stage.fake.say("ann", "/help", private=True)
    await stage.fake.say("eve", "/start", private=True)
    return dm("ann")


async def _guests(stage: Stage) -> Place:
    for number in range(9):
        await stage.fake.say(f"guest{number}", "/start", private=True)
    await stage.fake.say("ann", "/guests", private=True)
    return dm("ann")


MAKES: dict[str, Make] = {
    "reserve: venue": lambda stage: _reserve(stage, ""),
    "reserve: day": lambda stage: _reserve(stage, "luna"),
    "reserve: party": lambda stage: _reserve(stage, "luna fri"),
    "reserve: times": lambda stage: _reserve(stage, "luna fri 2"),
    "reserve: seating": lambda stage: _reserve(stage, "luna fri 2 19:00-20:00"),
    "reserve: confirm": lambda stage: _reserve(stage, "luna fri 2 19:00-20:00 bar"),
    "plan: armed": _armed,
    "plan: cancel?": lambda stage: _asked(stage, "Cancel plan"),
    "plan: hand over?": lambda stage: _asked(stage, "Hand over"),
    "plan: booked": _booked,
    "plan: give back?": lambda stage: _asked(stage, "Give the table back", booked=True),
    "plan: changing": lambda stage: _asked(stage, "Change"),
    "reminder": _reminded,
    "reminder: give back?": lambda stage: _reminded(stage, sure=True),
    "plans: chat": _plans,
    "plans: mine": lambda stage: _plans(stage, mine=True),
    "plans: private": lambda stage: _own(stage, "/plans"),
    "drill: which": lambda stage: _drill(stage, choosing=True),
    "drill: start": _drill,
    "drop: which": lambda stage: _drop(stage, "/drop no 14 days 9:00"),
    "drop: right?": lambda stage: _drop(stage, "/drop nona 14 days 9:00"),
    "drop: known": lambda stage: _drop(stage, "/drop nona 14 days 9:00", kept=True),
    "reservations": lambda stage: _own(stage, "/reservations"),
    "favourites": lambda stage: _own(stage, "/favourites"),
    "settings": lambda stage: _own(stage, "/settings"),
    "settings: zone": lambda stage: _own(stage, "/settings", "Time zone"),
    "settings: quiet": lambda stage: _own(stage, "/settings", "Quiet hours"),
    "connect: way": _connecting,
    "connect: email": lambda stage: _connecting(stage, "E-mail and password"),
    "connect: secret": lambda stage: _connecting(stage, "Paste a token"),
    "accounts": _connected,
    "accounts: disconnect?": lambda stage: _connected(stage, "Disconnect"),
    "mend: sign in": lambda stage: _to_mend(stage, Trouble.SIGN_IN),
    "mend: card": lambda stage: _to_mend(stage, Trouble.NO_CARD),
    "mandate: stands": _mandated,
    "mandate: asked again": lambda stage: _mandated(stage, party_size=2),
    "approval": _approval,
    "guests": _guests,
}
OWNERS = dict.fromkeys(("approval", "guests"), "ann")
"""Whose card it is, where it is not Bob's."""


def stage_with_accounts(**about) -> Stage:
    """A stage with a platform that books for guests' own accounts, too, and one whose drops are found out."""
    stage = Stage(**about)
    resy = FakeAccounts(stage.clock)
    resy.wallet = lambda: stage.wallet
    knowing = KnowingPlatform(stage.clock, stage.database)
    for name in ("Nona", "Noto"):
        knowing.add_venue(name)
    stage.platforms = {"house": stage.house, "resy": resy, "fake": knowing}
    return stage


async def made(stage: Stage, name: str) -> Made:
    """The newest card after it was brought about."""
    place = await MAKES[name](stage)
    await settle()

    def look(tx: Connection) -> tuple[Row, Card]:
        chat = stage.fake.frontend.messages
        wanted = next(one for one in reversed(chat) if one.card and one.place.chat_id == place.chat_id)
        row = tx.execute(dialogues.select().where(dialogues.c.id == wanted.dialogue_id)).one()
        return row, codec.load(Card, row.card)

    row, card = await stage.database.read(look)
    choices = tuple(card.choices())
    assert choices, f"nothing to tap on {name}"
    return Made(dialogue_id=row.id, flow=row.flow, place=place, choices=choices)


async def seat(stage: Stage) -> None:
    """Besides Ann (admin), Bob and Cas: somebody pending, turned down, shut out, and a guest from elsewhere."""
    states = {"pia": "pending", "dee": "declined", "blo": "blocked", "out": "approved"}
    now = stage.clock.now()

    def write(tx: Connection) -> None:
        for who, state in states.items():
            guest = guests.meet(
                tx, frontend="fake", account_id=who, name=who.title(), handle=who, origin="", now=now
            )
            guests.set_state(tx, guest.id, guests.GuestState(state))

    await stage.database.write(write)
