"""One turn, from what was heard to what is kept of it."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import cards
from bot.conversation.flow import AnyFlow, BegunFlow, Scene, Turn, World
from bot.conversation.messages import Card, Chose, Command, Heard, Said
from bot.conversation.ports import Reply
from bot.conversation.turn_context import TurnContext, turn_context
from bot.conversation.turn_permission import (
    Act,
    Answer,
    Begin,
    CardMovedOn,
    Choose,
    InPrivate,
    Leave,
    NotAllowed,
    Overheard,
    ShutOut,
    permitted,
)
from bot.conversation.turn_store import TurnStore, replace_older
from bot.wording import common
from core import members, unit
from core.persistence import chats, codec, guests
from core.persistence.dialogues import DialogueRow


class TurnHandler:
    """Who speaks and where; whether they may; what the flow makes of it; what is kept: in this order."""

    def __init__(self, *, world: World, flows: Mapping[str, AnyFlow], store: TurnStore) -> None:
        self._world = world
        self._flows = flows
        self._store = store

    async def handle(self, heard: Heard, event: Command | Said | Chose) -> Reply:
        """Raises what the flow raises, and `Repeated` for an event that was acted on before."""
        context = await turn_context(self._world, event)
        unit.bind(chat=context.chat.id, guest=context.guest.id)
        match permitted(event, context, self._world.declared):
            case Begin() | Leave() | Answer() | Choose() as act:
                return await self._act(heard, act, context)
            case InPrivate() as private:
                return await self._in_private(heard, private, context)
            case Overheard(spec=spec, code=code):  # it opens nothing any more, here or anywhere
                await self._world.database.write(lambda tx: members.spoil(tx, self._world.secret, code))
                return await self._store.only_say(heard, common.overheard(spec))
            case CardMovedOn(row=row, double=double):
                return await self._store.moved_on(heard, row, double=double)
            case NotAllowed(toast=toast):
                return await self._store.only_say(heard, toast)
            case ShutOut():
                return await self._store.shut_out(heard, context.guest)

    async def _act(self, heard: Heard, act: Act, context: TurnContext) -> Reply:
        now = self._world.clock.now()
        row = _begun(act, context, now) if isinstance(act, Begin) else act.row
        unit.bind(flow=row.flow, dialogue=row.id)
        scene = Scene(
            world=self._world,
            now=now,
            chat=context.chat,
            thread_id=row.thread_id,
            dialogue_id=row.id,
            owner_id=row.guest_id,
            plan_id=row.plan_id,
            guest=context.guest,
            event=act.event,
        )
        turn = await self._turn(heard, act, row, scene)
        return await self._store.keep(heard, await self._after(row, turn, scene), turn, now=now)

    async def _turn(self, heard: Heard, act: Act, row: DialogueRow, scene: Scene) -> Turn[object]:
        """What the dialogue's flow makes of it."""
        flow = self._flows[row.flow]
        match act:
            case Begin(event=event):
                assert isinstance(flow, BegunFlow)
                turn = await flow.begin(scene, event.words)

                def start_afresh(tx: Connection) -> None:
                    replace_older(tx, row, scene.now)

                return replace(turn, writes=(*turn.writes, start_afresh))
            case Leave():
                return await flow.leave(scene, codec.load(flow.draft, row.draft))
            case Answer(text=text, secret=False):
                return await flow.said(scene, codec.load(flow.draft, row.draft), text)
            case Answer(text=text):
                try:
                    turn = await flow.said(scene, codec.load(flow.draft, row.draft), text)
                except Exception:
                    await self._store.erase(heard)
                    raise
                return replace(turn, erase=True)
            case Choose(chosen=chosen):
                return await flow.chose(scene, codec.load(flow.draft, row.draft), chosen)

    async def _after(self, row: DialogueRow, turn: Turn[object], scene: Scene) -> DialogueRow:
        """The dialogue as the turn leaves it, with its card where that is drawn with the turn."""
        flow, draft, plan_id, card = self._flows[row.flow], turn.draft, row.plan_id, row.card
        if (become := turn.become) is not None:
            if become.flow not in flow.spec.becomes:
                raise cards.Undeclared(become.flow)
            flow, draft, plan_id = self._flows[become.flow], become.draft, become.plan_id
            card = None  # another flow's choices mean something else
        row = replace(
            row,
            card=card,
            flow=flow.spec.name,
            plan_id=plan_id,
            draft=codec.dump(flow.draft, draft),
            open=turn.open,
            last_tap=row.last_tap if turn.shown else "",  # what left the card as it was may be tapped again
            updated_at=scene.now,
        )
        if not turn.shown or (turn.last_card is None and flow.spec.live):
            return row
        shown = cards.with_sorry(turn.last_card or await flow.show(scene, draft), turn.sorry)
        return replace(row, card=codec.dump(Card, cards.stamped(shown, row.id, flow.spec.actions)))

    async def _in_private(self, heard: Heard, asked: InPrivate, context: TurnContext) -> Reply:
        """Go on in private where we may write, else show the way."""
        spec, database = asked.spec, self._world.database
        url = self._world.networks.door(asked.begin.event.place.frontend, spec.name)
        chat_id = await database.read(lambda tx: guests.private_chat(tx, context.guest.id))
        if asked.secret or chat_id is None:
            return await self._store.only_say(heard, common.private_please(spec, url))
        chat = await database.read(lambda tx: chats.get(tx, chat_id))
        await self._act(heard, asked.begin, replace(context, chat=chat))
        return Reply(toast=common.privately(spec, url))


def _begun(act: Begin, context: TurnContext, now: datetime) -> DialogueRow:
    """A new dialogue of the speaker's; in the topic where it was asked for, unless it goes on in another chat."""
    place = act.event.place
    return DialogueRow(
        id=secrets.token_hex(5),
        flow=act.flow,
        chat_id=context.chat.id,
        thread_id=place.thread_id if context.chat.external_id == place.chat_id else None,
        guest_id=context.guest.id,
        plan_id=None,
        draft="",
        card=None,
        message_id=None,
        open=True,
        last_tap="",
        created_at=now,
        updated_at=now,
    )
