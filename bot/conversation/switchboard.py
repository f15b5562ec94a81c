"""Who is in which dialogue: takes what was heard to its flow, and keeps what came of it in one transaction."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from bot.commands import CommandSpec, Where, command
from bot.conversation import cards
from bot.conversation.backlog import Backlog
from bot.conversation.flow import Become, Flow, Scene, Turn, World
from bot.conversation.messages import (
    Card,
    Chose,
    Command,
    Event,
    Heard,
    Left,
    Moved,
    Notice,
    Person,
    Place,
    Said,
)
from bot.conversation.opening import Opening, dialogue_here, meant_dialogue, open_turn
from bot.conversation.rights import may_choose, may_type
from bot.conversation.sound import sound
from bot.conversation.text import Text
from bot.conversation.turns import Turns
from bot.ports import Answer
from bot.wording import common
from core import members, notifications
from core.domain.guest import GuestState
from core.errors import FourtopError, NotPossible, PlatformDown
from core.jobs.hush import Hush
from core.persistence import chats, codec, dialogues, guests, inbox, outbox
from core.persistence.dialogues import DialogueRow

log = logging.getLogger(__name__)

_SILENT = Answer()
_MARK_AGAIN_AFTER = timedelta(seconds=5)


class Poke(Protocol):
    """Says that there may be letters to send or jobs to do."""

    def __call__(self) -> None: ...


class PrivateChats(Protocol):
    """Where people can be written to unasked, by network."""

    def private_chat(self, frontend: str, account_id: str) -> str | None: ...


class Repeated(Exception):
    """The event was acted on already: whatever this turn did is undone."""


class Switchboard:
    """`bot.ports.Ears` for every front-end."""

    def __init__(
        self,
        *,
        world: World,
        flows: Mapping[str, Flow[object]],
        private_chats: PrivateChats,
        hush: Hush,
        poke: Poke,
    ) -> None:
        self._world = world
        self._flows = flows
        self._private_chats = private_chats
        self._hush = hush
        self._poke = poke
        self._turns = Turns()
        self._backlog = Backlog()
        self._resumed: set[asyncio.Task[Answer]] = set()
        self._marking: set[asyncio.Task[None]] = set()

    async def note(self, heard: Sequence[Heard]) -> Sequence[Heard]:
        """Write down a batch; returns what was not known before. A flood is not taken, as if it were repeats."""
        now, taken = self._world.clock.now(), self._backlog.room_for(map(sound, heard))

        def keep(tx: Connection) -> list[Heard]:
            return [one for one in taken if _note(tx, one, now)]

        fresh = await self._world.database.write(keep)
        self._backlog.begin(fresh)
        return fresh

    async def resume(self) -> None:
        """Act on what an earlier process wrote down and did not get to."""
        for text in await self._world.database.read(inbox.unhandled):
            try:
                heard = codec.load(Heard, text)
            except ValueError:
                log.exception("an event of an earlier version is not understood")
            else:
                await self.hear(heard)

    async def hear(self, heard: Heard) -> Answer:
        """Act on one noted event."""
        try:
            return await self._hear(sound(heard))
        finally:
            self._backlog.end(heard)

    async def _hear(self, heard: Heard) -> Answer:
        await self._hush.passed()
        try:
            async with self._turns.of(await self._key(heard.event)):
                return await self._act(heard)
        except Repeated:
            return _SILENT
        except (NotPossible, PlatformDown) as error:
            answer = Answer(toast=common.explained(error))
        except Exception:
            log.exception("turn failed: %s %s", heard.frontend, heard.id)
            answer = Answer(toast=common.SOMETHING_BROKE)
        await self._mark(heard)
        return answer

    async def _mark(self, heard: Heard) -> None:
        """It was answered. Where that can't be written down now it is written down later: the person may long have
        done something else by then, so it is not to be acted on after all.
        """
        try:
            await self._world.database.write(lambda tx: _handled(tx, heard, self._world.clock.now()))
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
        """Names for somebody who is typing one; nothing when the platforms do not answer."""
        names: dict[str, None] = {}
        for platform in self._world.platforms.values():
            try:
                found = await platform.find_venues(words, limit=25)
            except FourtopError:
                continue
            names.update((venue.name, None) for venue in found)
        return list(names)[:25]

    async def _key(self, event: Event) -> str:
        """What this event has to wait for: another one of the same dialogue, else of the same speaker here."""
        match event:
            case Chose(dialogue_id=dialogue_id):
                return dialogue_id
            case Command() | Said():
                person, place = event.person, event.place
                if isinstance(event, Said) or event.name == "cancel":
                    meant = await self._world.database.read(lambda tx: meant_dialogue(tx, event))
                    if meant is not None:
                        return meant
                return f"{place.frontend}:{place.chat_id}:{person.account_id}"
            case Left() | Moved():
                return f"{event.place.frontend}:{event.place.chat_id}"

    async def _act(self, heard: Heard) -> Answer:
        match heard.event:
            case Left() | Moved() as event:
                await self._world.database.write(lambda tx: self._follow(tx, heard, event))
                self._poke()
                return _SILENT
            case Command() | Said() | Chose() as event:
                pass
        person = event.person
        private_chat = self._private_chats.private_chat(person.frontend, person.account_id)
        opening = await self._world.database.write(
            lambda tx: open_turn(
                tx, event, admins=self._world.admins, private_chat=private_chat, now=self._world.clock.now()
            )
        )
        if opening.guest.state in {GuestState.BLOCKED, GuestState.DECLINED}:
            return await self._shut_out(heard, opening)
        match event:
            case Command():
                return await self._command(heard, event, opening)
            case Said():
                return await self._said(heard, event, opening)
            case Chose():
                return await self._chose(heard, event, opening)

    async def _command(self, heard: Heard, event: Command, opening: Opening) -> Answer:
        if event.name == "start" and (door := command(event.words)) is not None and door.by_link:
            event = replace(event, name=event.words, words="")
        spec = command(event.name)
        if spec is None:
            quiet = not event.place.private  # in a group it may be meant for another bot
            return await self._only_say(heard, None if quiet else common.unknown_command(event.name))
        if not opening.guest.approved and not spec.stranger:
            return await self._only_say(heard, common.NOT_A_GUEST)
        if spec.admin and not opening.guest.is_admin:
            return await self._only_say(heard, common.ADMINS_ONLY)
        if spec.name == "cancel":
            return await self._cancel(heard, event, opening)
        if spec.where is Where.GROUP and event.place.private:
            return await self._only_say(heard, common.GROUP_ONLY)
        if spec.where is Where.PRIVATE and not event.place.private:
            return await self._elsewhere(heard, event, spec, opening)
        return await self._begin(heard, event, spec, opening)

    async def _elsewhere(self, heard: Heard, event: Command, spec: CommandSpec, opening: Opening) -> Answer:
        """A private command in a group: go on in private where we may write, else show the way."""
        chat_id = await self._world.database.read(lambda tx: notifications.private_chat(tx, opening.guest.id))
        url = self._world.doors.door(event.place.frontend, spec.name)
        a_code = spec.secret_words and bool(event.words)
        if a_code and not event.whispered:
            return await self._overheard(heard, event, spec)
        if a_code or chat_id is None:
            return await self._only_say(heard, common.private_please(spec.name, url))
        chat = await self._world.database.read(lambda tx: chats.get(tx, chat_id))
        await self._begin(heard, event, spec, replace(opening, chat=chat))
        return Answer(toast=common.PRIVATELY)

    async def _overheard(self, heard: Heard, event: Command, spec: CommandSpec) -> Answer:
        """A code was sent where others read it: it opens nothing any more, here or anywhere."""
        await self._world.database.write(lambda tx: members.spoil(tx, self._world.secret, event.words))
        return await self._only_say(heard, common.overheard(spec.name))

    async def _begin(self, heard: Heard, event: Command, spec: CommandSpec, opening: Opening) -> Answer:
        name = spec.flow if opening.guest.approved or spec.flow not in {"reserve", "start"} else "join"
        flow = self._flows[name]
        thread_id = event.place.thread_id if opening.chat.external_id == event.place.chat_id else None
        now = self._world.clock.now()
        row = DialogueRow(
            id=secrets.token_hex(5),
            flow=name,
            chat_id=opening.chat.id,
            thread_id=thread_id,
            guest_id=opening.guest.id,
            plan_id=None,
            draft="",
            card=None,
            message_id=None,
            open=True,
            last_tap="",
            created_at=now,
            updated_at=now,
        )
        scene = self._scene(event, opening, row)
        turn = await flow.begin(scene, event.words)

        def start_afresh(tx: Connection) -> None:
            _replace_older(tx, row, now)

        turn = replace(turn, writes=(*turn.writes, start_afresh))
        return await self._keep(heard, row, turn, scene)

    async def _cancel(self, heard: Heard, event: Command, opening: Opening) -> Answer:
        """`/cancel`: leave the dialogue that the speaker is in."""
        row = opening.dialogue
        if row is None:
            return await self._only_say(heard, common.NOTHING_TO_CANCEL)
        flow, scene = self._flows[row.flow], self._scene(event, opening, row)
        return await self._keep(heard, row, await flow.leave(scene, codec.load(flow.draft, row.draft)), scene)

    async def _said(self, heard: Heard, event: Said, opening: Opening) -> Answer:
        row = opening.dialogue
        if row is None or not row.open:
            lost = event.place.private and not event.text.startswith("/")
            return await self._only_say(heard, common.NOTHING_ASKED if lost else None)
        if not opening.guest.approved and row.flow != "join":
            return await self._only_say(heard, common.NOT_A_GUEST)
        if not may_type(opening.guest, owner_id=opening.owner_id, flow=row.flow):
            return await self._only_say(heard, common.NOT_FOR_YOU)
        flow = self._flows[row.flow]
        scene = self._scene(event, opening, row)
        turn = await flow.said(scene, codec.load(flow.draft, row.draft), event.text)
        return await self._keep(heard, row, turn, scene)

    async def _chose(self, heard: Heard, event: Chose, opening: Opening) -> Answer:
        row = opening.dialogue
        if row is None:
            return await self._only_say(heard, common.CARD_UNKNOWN)
        if row.card is None:
            return await self._moved_on(heard, row, double=False)
        if not opening.guest.approved and row.flow != "join":
            return await self._only_say(heard, common.NOT_A_GUEST)
        tap = f"{event.ref}:{opening.guest.id}"
        choice = cards.choice_of(codec.load(Card, row.card), event.ref)
        repeated = tap == row.last_tap
        if choice is None or not row.open or (repeated and self._flows[row.flow].live):
            return await self._moved_on(heard, row, double=repeated)
        if not may_choose(opening.guest, owner_id=opening.owner_id, flow=row.flow, value=choice.value):
            return await self._only_say(heard, common.NOT_FOR_YOU)
        flow = self._flows[row.flow]
        scene = self._scene(event, opening, row)
        turn = await flow.chose(scene, codec.load(flow.draft, row.draft), choice.value)
        return await self._keep(heard, replace(row, last_tap=tap), turn, scene)

    async def _moved_on(self, heard: Heard, row: DialogueRow, *, double: bool) -> Answer:
        """An old button: say so, and show the card as it is now. A double tap is no news."""
        if double:
            return await self._only_say(heard, common.ALREADY)

        def again(tx: Connection, now: datetime) -> None:
            _handled(tx, heard, now)
            notifications.draw(tx, row, now=now)

        await self._world.database.write(lambda tx: again(tx, self._world.clock.now()))
        self._poke()
        return Answer(toast=common.MOVED_ON if row.open else common.CLOSED_CARD)

    def _scene(self, event: Command | Said | Chose, opening: Opening, row: DialogueRow) -> Scene:
        return Scene(
            world=self._world,
            now=self._world.clock.now(),
            chat=opening.chat,
            thread_id=row.thread_id,
            dialogue_id=row.id,
            owner_id=row.guest_id,
            plan_id=row.plan_id,
            guest=opening.guest,
            event=event,
        )

    async def _keep(self, heard: Heard, row: DialogueRow, turn: Turn[object], scene: Scene) -> Answer:
        """Everything that one utterance came to, in one transaction."""
        become = turn.become or Become(flow=row.flow, draft=turn.draft, plan_id=row.plan_id)
        flow = self._flows[become.flow]
        row = replace(
            row,
            card=row.card if become.flow == row.flow else None,  # another flow's choices mean something else
            flow=become.flow,
            plan_id=become.plan_id,
            draft=codec.dump(flow.draft, become.draft),
            open=turn.open,
            updated_at=scene.now,
        )
        if turn.shown and (turn.last_card is not None or not flow.live):
            card = turn.last_card or await flow.show(scene, become.draft)
            card = cards.with_sorry(card, turn.sorry)
            row = replace(row, card=codec.dump(Card, cards.stamped(card, row.id)))
        await self._world.database.write(lambda tx: self._commit(tx, heard, row, turn, scene))
        self._poke()
        for resumed in turn.resumes:
            task = asyncio.create_task(self.hear(resumed))
            self._resumed.add(task)
            task.add_done_callback(self._resumed.discard)
        return Answer(toast=turn.toast)

    def _commit(
        self, tx: Connection, heard: Heard, row: DialogueRow, turn: Turn[object], scene: Scene
    ) -> None:
        if not _handled(tx, heard, scene.now):
            raise Repeated
        if row.plan_id is None:
            dialogues.save(tx, row)
        for write in turn.writes:
            write(tx)
        if row.plan_id is not None:  # the plan that it points to is one of the writes
            dialogues.save(tx, row)
        if turn.shown:
            notifications.draw(tx, row, now=scene.now)
        for index, notice in enumerate(turn.notices):
            outbox.put(
                tx,
                key=f"notice:{heard.frontend}:{heard.id}:{index}",
                chat_id=row.chat_id,
                thread_id=row.thread_id,
                topic=notifications.NOTICE,
                subject=codec.dump(Notice, notice),
                now=scene.now,
            )

    async def _only_say(self, heard: Heard, toast: Text | None) -> Answer:
        await self._world.database.write(lambda tx: _handled(tx, heard, self._world.clock.now()))
        return Answer(toast=toast)

    async def _shut_out(self, heard: Heard, opening: Opening) -> Answer:
        """One sentence in all, then silence."""
        now = self._world.clock.now()

        def first_time(tx: Connection) -> bool:
            _handled(tx, heard, now)
            return guests.silence(tx, opening.guest.id, now=now)

        return Answer(toast=common.SHUT_OUT) if await self._world.database.write(first_time) else _SILENT

    def _follow(self, tx: Connection, heard: Heard, event: Left | Moved) -> None:
        now = self._world.clock.now()
        _handled(tx, heard, now)
        place = event.place
        match event:
            case Moved(new_chat_id=after):
                chats.move(tx, frontend=place.frontend, before=place.chat_id, after=after)
            case Left():
                chat = chats.of_place(
                    tx,
                    frontend=place.frontend,
                    external_id=place.chat_id,
                    private=place.private,
                    title=place.title,
                )
                notifications.chat_lost(tx, chat.id, now=now)


def _replace_older(tx: Connection, row: DialogueRow, now: datetime) -> None:
    """Somebody who starts afresh has left what they had begun here before."""
    for older in dialogues.open_of(tx, row.flow, row.guest_id):
        if older.id != row.id and older.chat_id == row.chat_id and older.plan_id is None:
            card = codec.dump(Card, Card(text=common.REPLACED))
            dialogues.save(tx, replace(older, open=False, card=card, updated_at=now))
            if older.message_id is None:  # nobody has seen it, and nobody need
                outbox.withdraw(tx, key_prefix=notifications.card_key(older.id))
            else:
                notifications.draw(tx, older, now=now)


def _note(tx: Connection, heard: Heard, now: datetime) -> bool:
    text = codec.dump(Heard, heard)
    return inbox.note(tx, frontend=heard.frontend, event_id=heard.id, heard=text, now=now)


def _handled(tx: Connection, heard: Heard, now: datetime) -> bool:
    return inbox.handled(tx, frontend=heard.frontend, event_id=heard.id, now=now)
