"""Hears for the front-ends: each event written down once, acted on once, and in turn within its dialogue.

What one person does in a chat is acted on in its order, so of each person one event at most waits for a dialogue:
however much somebody sends, the others wait for one of theirs.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.conversation.ask_platforms import everybody
from bot.conversation.declared import CANCEL
from bot.conversation.flood_limit import FloodLimit
from bot.conversation.flow import AnyFlow, World
from bot.conversation.keyed_locks import KeyedLocks
from bot.conversation.lanes import goes_first, lane_of
from bot.conversation.messages import Card, Chose, Command, Event, Heard, Left, Moved, Person, Place, Said
from bot.conversation.ports import Reply
from bot.conversation.sanitize import sanitized
from bot.conversation.search_budget import SearchBudget
from bot.conversation.turn_context import approved, dialogue_here, meant_dialogue
from bot.conversation.turn_handler import TurnHandler
from bot.conversation.turn_store import SILENT, Repeated, TurnStore, handled
from bot.wording import common
from core import unit
from core.errors import FourtopError, Locked, NotPossible, PlatformDown
from core.persistence import codec, facts, inbox
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow
from core.security.sealed_input import seal, unseal
from core.security.vault import Vault

log = logging.getLogger(__name__)

_SUGGESTS_WITHIN = timedelta(
    seconds=1.5
)  # who is typing waits for nobody, and a network three seconds at most
_MARK_AGAIN_AFTER = timedelta(seconds=5)


class Switchboard:
    """`bot.conversation.ports.Ears` for every front-end."""

    def __init__(
        self,
        *,
        world: World,
        flows: Mapping[str, AnyFlow],
        quiet_window: QuietWindow,
        bell: Bell,
        vault: Vault,
    ) -> None:
        self._world = world
        self._vault = vault
        self._quiet_window = quiet_window
        self._bell = bell
        self._store = TurnStore(database=world.database, clock=world.clock, bell=bell, resume=self._take_up)
        self._handler = TurnHandler(world=world, flows=flows, store=self._store)
        self._lanes = KeyedLocks()
        self._locks = KeyedLocks()
        self._flood_limit = FloodLimit()
        self._suggestions = SearchBudget()  # who types does not use up what their questions need
        self._resumed: set[asyncio.Task[Reply]] = set()
        self._marking: set[asyncio.Task[None]] = set()

    async def note(self, heard: Sequence[Heard]) -> Sequence[Heard]:
        """Write down a batch; returns what was not known before. A flood is not taken, as if it were repeats."""
        await self._quiet_window.passed()
        now, taken = self._world.clock.now(), self._flood_limit.room_for(map(sanitized, heard))

        def keep(tx: Connection) -> list[Heard]:
            return [one for one in taken if self._noted(tx, one, now)]

        fresh = await self._world.database.write(keep)
        self._flood_limit.begin(fresh)
        return fresh

    async def resume(self) -> None:
        """Act on what an earlier process wrote down and did not get to, in that order: what several people did to one
        card is not turned round.
        """
        for noted in await self._world.database.read(inbox.unhandled):
            try:
                words = unseal(self._vault, noted.heard, frontend=noted.frontend, event_id=noted.event_id)
                heard = codec.load(Heard, words.reveal())
            except Locked:
                log.error("event %d does not open: put the key back that sealed it", noted.id)  # noqa: TRY400
            except ValueError as error:  # its own words would be those of the event
                log.error("event %d is not understood: %s", noted.id, type(error).__name__)  # noqa: TRY400
            else:
                await self.hear(heard)

    def _noted(self, tx: Connection, heard: Heard, now: datetime) -> bool:
        words = seal(self._vault, codec.dump(Heard, heard), frontend=heard.frontend, event_id=heard.id)
        return inbox.note(tx, frontend=heard.frontend, event_id=heard.id, heard=words, now=now)

    def _take_up(self, heard: Heard) -> None:
        """Act on an event that waited for another one."""
        task = asyncio.create_task(self.hear(heard))
        self._resumed.add(task)
        task.add_done_callback(self._resumed.discard)

    async def hear(self, heard: Heard) -> Reply:
        """Act on one noted event."""
        try:
            return await self._hear(sanitized(heard))
        finally:
            self._flood_limit.end(heard)

    async def _hear(self, heard: Heard) -> Reply:
        with unit.begin("turn", frontend=heard.frontend, heard=type(heard.event).__name__) as turn:
            return await self._turn(heard, turn)

    async def _turn(self, heard: Heard, turn: unit.Unit) -> Reply:
        await self._quiet_window.passed()
        recorded = facts.recorded_here()
        try:
            async with self._lanes.of(str(lane_of(heard.event))):
                key = await self._key(heard.event)
                async with self._locks.of(key, first=goes_first(heard.event)):
                    return await self._act(heard)
        except Repeated:
            turn.bind(outcome="Repeated")
            return SILENT
        except NotPossible as error:
            turn.bind(outcome=type(error).__name__)
            answer = Reply(toast=common.explained(error))
        except PlatformDown as error:
            turn.failed(error)
            answer = Reply(toast=common.explained(error))
        except Exception as error:  # noqa: BLE001 - logged with the turn
            turn.failed(error, broken=True)
            answer = Reply(toast=common.SOMETHING_BROKE)
        finally:
            if facts.recorded_here() != recorded:  # most of what people tap makes none
                self._bell.ring()
        await self._mark(heard)
        return answer

    async def _mark(self, heard: Heard) -> None:
        """It was answered. Where that can't be written down now it is written down later: the person may long have
        done something else by then, so it is not to be acted on after all.
        """
        try:
            await self._world.database.write(lambda tx: handled(tx, heard, self._world.clock.now()))
        except Exception as error:  # noqa: BLE001 - whatever the database raises
            log.warning("%s %s could not be marked as handled: %s", heard.frontend, heard.id, error)
            task = asyncio.create_task(self._mark_later(heard))
            self._marking.add(task)
            task.add_done_callback(self._marking.discard)

    async def _mark_later(self, heard: Heard) -> None:
        await self._world.clock.sleep(_MARK_AGAIN_AFTER)
        await self._mark(heard)

    async def current_card(self, dialogue_id: str, *, place: Place) -> Card | None:
        """The card as it was last drawn, for the chat that it belongs to."""
        row = await self._world.database.read(lambda tx: dialogue_here(tx, dialogue_id, place))
        return None if row is None or row.card is None else codec.load(Card, row.card)

    async def suggest_venues(self, person: Person, words: str) -> Sequence[str]:
        """Names for a guest who is typing one; nothing when the platforms do not answer. Strangers, and who has had
        a good many searches just now, are not worth a question to a platform.
        """
        guest_id = await self._world.database.read(lambda tx: approved(tx, person))
        if guest_id is None:
            return []
        platforms, clock = self._world.platforms.values(), self._world.clock
        try:
            self._suggestions.take(guest_id, clock.now())
            said = await everybody(
                clock, platforms, lambda one: one.find_venues(words, limit=25), patience=_SUGGESTS_WITHIN
            )
        except FourtopError:
            return []
        return list(dict.fromkeys(venue.name for venue in said.found))[:25]

    async def _key(self, event: Event) -> str:
        """What this event has to wait for: another one of the same dialogue, else of the same speaker here."""
        match event:
            case Chose(dialogue_id=dialogue_id):
                return dialogue_id
            case Said() | Command(name=CANCEL.name):
                declared = self._world.declared
                meant = await self._world.database.read(lambda tx: meant_dialogue(tx, event, declared))
                return meant or str(lane_of(event))
            case Command() | Left() | Moved():
                return str(lane_of(event))

    async def _act(self, heard: Heard) -> Reply:
        match heard.event:
            case Left() | Moved() as event:
                await self._store.follow(heard, event)
                return SILENT
            case Command() | Said() | Chose() as event:
                return await self._handler.handle(heard, event)
