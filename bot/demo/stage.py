"""Sets the stage: everything Fourtop is, in a folder that is gone afterwards, with three friends who know it."""

import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from bot import outgoing
from bot.bootstrap import Fourtop, fourtop
from bot.conversation.messages import Notice
from bot.demo.release import HERE, VENUE, VENUES, Release
from bot.frontends.web.chats import GROUP, person, place, private_chat
from bot.wording.text import Text
from core import members
from core.domain.api_key import KeyScope, Verb
from core.domain.guest import GuestState
from core.domain.job_state import JobState, Strategy
from core.domain.venue import Venue
from core.persistence import chats, codec, guests, jobs, outbox, plans
from core.plans import arming
from core.platform_spec import by_default
from core.runtime.settings import Settings
from core.security.api_keys import make
from core.security.secret import Secret

FRIENDS = ("Ann", "Bob", "Cas")
_HOST = "127.0.0.1"


@asynccontextmanager
async def stage(*, port: int) -> AsyncGenerator[Fourtop]:
    """A running Fourtop that knows the friends and the sample venues. Nothing of the machine's settings counts."""
    with TemporaryDirectory(prefix="fourtop-demo-", ignore_cleanup_errors=True) as folder:
        # Built without reading the environment or a .env file, in which there may be real tokens.
        settings = Settings.model_construct(data_dir=Path(folder), http_host=_HOST, http_port=port)
        async with fourtop(settings, platforms=by_default([HERE]), friends=FRIENDS) as built:
            await VENUES.add(built.database, VENUES.samples(), file="samples", clock=built.clock)
            now = built.clock.now()
            await built.database.write(lambda tx: _seat_friends(tx, now))
            yield built


def free_port(port: int) -> int:
    """`port` if a server can have it, else 0: any."""
    try:
        with socket.create_server((_HOST, port)):
            return port
    except (OSError, OverflowError):
        return 0


async def key_for_others(built: Fourtop) -> Secret:
    """What opens the house to those who compete with the friends."""
    scope, now = KeyScope(verbs=(Verb.READ, Verb.BOOK)), built.clock.now()
    key = await built.database.write(lambda tx: make(tx, name="the others", scope=scope, now=now))
    assert key is not None, "it is made once in an evening"
    return key


async def arm(built: Fourtop, release: Release) -> None:
    """Have the restaurant release tables then. A plan for a day whose drop is moved by that moves with it."""
    (venue,) = await VENUES.add(built.database, release.venue, file="the demo", clock=built.clock)
    now = built.clock.now()
    await built.database.write(lambda tx: _follow(tx, venue, now))
    built.wake.now()
    built.dispatcher.poke()


async def tell_group(built: Fourtop, text: Text, *, key: str) -> None:
    """Say something to all friends as Fourtop."""
    now = built.clock.now()

    def write(tx: Connection) -> None:
        chat = chats.find(tx, frontend="web", external_id=GROUP)
        assert chat is not None
        subject = codec.dump(Notice, Notice(text=text))
        outbox.put(
            tx,
            key=f"demo:{key}",
            chat_id=chat.id,
            topic=outgoing.NOTICE,
            subject=subject,
            now=now,
            urgent=True,
        )

    await built.database.write(write)
    built.dispatcher.poke()


def _seat_friends(tx: Connection, now: datetime) -> None:
    """All three are guests, the first an admin, and each may be written to in private."""
    group = place(GROUP)
    assert group is not None
    chat = chats.of_place(tx, frontend="web", external_id=GROUP, private=False, title=group.title)
    members.vouch(tx, chat.id, now=now)
    for name in FRIENDS:
        who = person(name)
        assert who is not None
        guest = guests.meet(
            tx,
            frontend=who.frontend,
            account_id=who.account_id,
            name=who.name,
            handle=None,
            origin=group.title,
            now=now,
        )
        guests.set_state(tx, guest.id, GuestState.APPROVED)
        if name == FRIENDS[0]:
            members.make_admin(tx, guest, now=now)
        door = chats.of_place(
            tx,
            frontend=who.frontend,
            external_id=private_chat(who.account_id),
            private=True,
            title=who.name,
        )
        guests.set_dm(tx, who.frontend, who.account_id, door.id)


def _follow(tx: Connection, venue: Venue, now: datetime) -> None:
    for job in jobs.open_jobs(tx):
        plan = plans.get(tx, job.plan_id)
        waits = job.strategy is Strategy.DROP and job.state is JobState.WAITING
        if not waits or plan.wish.venue != VENUE or venue.drop is None:
            continue
        if venue.drop.drop_of(plan.wish.on) != job.drop_at:
            by = guests.get(tx, plan.organiser_id)
            arming.change(tx, plan.id, by=by, venue=venue, wish=plan.wish, watching=False, now=now)
