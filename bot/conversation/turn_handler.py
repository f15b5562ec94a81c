"""Who may do what with which dialogue: takes a command, words or a tap to its flow."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from sqlalchemy import Connection

from bot.commands import CommandSpec, Where, command
from bot.conversation import cards
from bot.conversation.flow import Flow, Scene, World
from bot.conversation.messages import Card, Chose, Command, Heard, Said
from bot.conversation.permissions import LISTENING, may_choose, may_type
from bot.conversation.ports import Reply
from bot.conversation.sanitize import LONGEST_WORDS
from bot.conversation.turn_context import TurnContext, open_turn, recognised
from bot.conversation.turn_store import TurnStore, replace_older
from bot.wording import common
from core import members, notifications
from core.domain.guest import GuestState
from core.persistence import chats, codec, dialogues
from core.persistence.dialogues import DialogueRow


class PrivateChats(Protocol):
    """Where people can be written to unasked, by network."""

    def private_chat(self, frontend: str, account_id: str) -> str | None: ...


class TurnHandler:
    """One turn: find out who speaks and where, let the flow act, have the keeper keep what came of it."""

    def __init__(
        self,
        *,
        world: World,
        flows: Mapping[str, Flow[object]],
        keeper: TurnStore,
        private_chats: PrivateChats,
    ) -> None:
        self._world = world
        self._flows = flows
        self._keeper = keeper
        self._private_chats = private_chats

    async def answer(self, heard: Heard, event: Command | Said | Chose) -> Reply:
        """Raises what the flow raises, and `Repeated` for an event that was acted on before."""
        person = event.person
        private_chat = self._private_chats.private_chat(person.frontend, person.account_id)
        admins, database, now = self._world.admins, self._world.database, self._world.clock.now()
        opening = await database.read(
            lambda tx: recognised(tx, event, admins=admins, private_chat=private_chat)
        ) or await database.write(
            lambda tx: open_turn(tx, event, admins=admins, private_chat=private_chat, now=now)
        )
        if opening.guest.state in {GuestState.BLOCKED, GuestState.DECLINED}:
            return await self._keeper.shut_out(heard, opening.guest)
        match event:
            case Command():
                return await self._command(heard, event, opening)
            case Said():
                return await self._said(heard, event, opening)
            case Chose():
                return await self._chose(heard, event, opening)

    async def _command(self, heard: Heard, event: Command, opening: TurnContext) -> Reply:
        if event.name == "start":
            event = _through_the_door(event)
        spec = command(event.name)
        if spec is None and (row := await self._asked_secretly(event, opening)) is not None:
            said = Said(person=event.person, place=event.place, text=event.typed, message_id=event.message_id)
            return await self._said(heard, said, replace(opening, dialogue=row))
        if spec is None:
            quiet = not event.place.private  # in a group it may be meant for another bot
            return await self._keeper.only_say(heard, None if quiet else common.unknown_command(event.name))
        if not opening.guest.approved and not spec.stranger:
            return await self._keeper.only_say(heard, common.NOT_A_GUEST)
        if spec.admin and not opening.guest.is_admin:
            return await self._keeper.only_say(heard, common.ADMINS_ONLY)
        if spec.name == "cancel":
            return await self._cancel(heard, event, opening)
        if spec.where is Where.GROUP and event.place.private:
            return await self._keeper.only_say(heard, common.GROUP_ONLY)
        if spec.where is Where.PRIVATE and not event.place.private:
            return await self._elsewhere(heard, event, spec, opening)
        return await self._begin(heard, event, spec, opening)

    async def _elsewhere(
        self, heard: Heard, event: Command, spec: CommandSpec, opening: TurnContext
    ) -> Reply:
        """A private command in a group: go on in private where we may write, else show the way."""
        chat_id = await self._world.database.read(lambda tx: notifications.private_chat(tx, opening.guest.id))
        url = self._world.doors.door(event.place.frontend, spec.name)
        told = common.privately(spec.name, url)
        a_code = spec.secret_words and bool(event.words)
        if a_code and not event.whispered:
            return await self._overheard(heard, event, spec)
        if a_code or chat_id is None:
            return await self._keeper.only_say(heard, common.private_please(spec.name, url))
        chat = await self._world.database.read(lambda tx: chats.get(tx, chat_id))
        await self._begin(heard, event, spec, replace(opening, chat=chat))
        return Reply(toast=told)

    async def _overheard(self, heard: Heard, event: Command, spec: CommandSpec) -> Reply:
        """A code was sent where others read it: it opens nothing any more, here or anywhere."""
        await self._world.database.write(lambda tx: members.spoil(tx, self._world.secret, event.words))
        return await self._keeper.only_say(heard, common.overheard(spec.name))

    async def _begin(self, heard: Heard, event: Command, spec: CommandSpec, opening: TurnContext) -> Reply:
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
            replace_older(tx, row, now)

        turn = replace(turn, writes=(*turn.writes, start_afresh))
        return await self._keeper.keep(heard, row, turn, scene)

    async def _cancel(self, heard: Heard, event: Command, opening: TurnContext) -> Reply:
        """`/cancel`: leave the dialogue that the speaker is in."""
        row = opening.dialogue
        if row is None:
            return await self._keeper.only_say(heard, common.NOTHING_TO_CANCEL)
        flow, scene = self._flows[row.flow], self._scene(event, opening, row)
        return await self._keeper.keep(
            heard, row, await flow.leave(scene, codec.load(flow.draft, row.draft)), scene
        )

    async def _said(self, heard: Heard, event: Said, opening: TurnContext) -> Reply:
        row = opening.dialogue
        if row is None or not row.open:
            lost = event.place.private and not event.text.startswith("/")
            return await self._keeper.only_say(heard, common.NOTHING_ASKED if lost else None)
        if not opening.guest.approved and row.flow != "join":
            return await self._keeper.only_say(heard, common.NOT_A_GUEST)
        if not may_type(opening.guest, owner_id=opening.owner_id, flow=row.flow):
            return await self._keeper.only_say(heard, common.NOT_FOR_YOU)
        flow = self._flows[row.flow]
        scene, secret = self._scene(event, opening, row), _is_secret(row)
        text = event.text if secret else event.text[:LONGEST_WORDS]
        try:
            turn = await flow.said(scene, codec.load(flow.draft, row.draft), text)
        except Exception:
            if secret:
                await self._keeper.erase(heard)
            raise
        return await self._keeper.keep(heard, row, replace(turn, erase=turn.erase or secret), scene)

    async def _asked_secretly(self, event: Command, opening: TurnContext) -> DialogueRow | None:
        """The dialogue that waits for a secret: one that begins with a slash looks like a command."""
        if not event.place.private or not event.typed:
            return None
        row = await self._world.database.read(
            lambda tx: dialogues.newest_open(tx, opening.chat.id, opening.guest.id, LISTENING)
        )
        return row if row is not None and _is_secret(row) else None

    async def _chose(self, heard: Heard, event: Chose, opening: TurnContext) -> Reply:
        row = opening.dialogue
        if row is None:
            return await self._keeper.only_say(heard, common.CARD_UNKNOWN)
        if row.card is None:
            return await self._keeper.moved_on(heard, row, double=False)
        if not opening.guest.approved and row.flow != "join":
            return await self._keeper.only_say(heard, common.NOT_A_GUEST)
        tap = f"{event.ref}:{opening.guest.id}"
        choice = cards.choice_of(codec.load(Card, row.card), event.ref)
        repeated = tap == row.last_tap
        if choice is None or not row.open or (repeated and self._flows[row.flow].live):
            return await self._keeper.moved_on(heard, row, double=repeated)
        if not may_choose(opening.guest, owner_id=opening.owner_id, flow=row.flow, value=choice.value):
            return await self._keeper.only_say(heard, common.NOT_FOR_YOU)
        flow = self._flows[row.flow]
        scene = self._scene(event, opening, row)
        turn = await flow.chose(scene, codec.load(flow.draft, row.draft), choice.value)
        return await self._keeper.keep(heard, replace(row, last_tap=tap), turn, scene)

    def _scene(self, event: Command | Said | Chose, opening: TurnContext, row: DialogueRow) -> Scene:
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


def _is_secret(row: DialogueRow) -> bool:
    """Whether what is typed next is for nobody's eyes."""
    return row.card is not None and codec.load(Card, row.card).secret


def _through_the_door(event: Command) -> Command:
    """What `/start` with a link's payload means: `name`, or `name-words` where a link may bring words along."""
    name, dash, words = event.words.partition("-")
    door = command(name)
    if door is None or not door.by_link or (dash and not door.words_by_link):
        return event
    return replace(event, name=name, words=words.replace("-", " "))
