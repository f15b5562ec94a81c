"""Who speaks, where, and in which dialogue: what a turn starts from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.declared import CANCEL, Declared
from bot.conversation.flow import World
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Chose, Command, Person, Place, Said
from core import members
from core.domain.chat import Chat
from core.domain.guest import Guest, GuestState
from core.persistence import chats, codec, dialogues, guests, plans


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """A dialogue that is there, and what its flow declares; `organiser_id` is who decides in it: the organiser of its
    plan where that is for organisers to do, else whose dialogue it is.
    """

    row: dialogues.DialogueRow
    spec: FlowSpec
    organiser_id: int

    @property
    def secret(self) -> bool:
        """Whether what is typed next is for nobody's eyes."""
        return _is_secret(self.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """`dialogue` is the one that the words or the tap belong to, if any."""

    guest: Guest
    chat: Chat
    dialogue: Dialogue | None


async def turn_context(world: World, event: Command | Said | Chose) -> TurnContext:
    """Found in one transaction: one that writes only where there is something to learn."""
    person, admins, now, declared = event.person, world.admins, world.clock.now(), world.declared
    private_chat = world.networks.private_chat(person.frontend, person.account_id)
    return await world.database.read(
        lambda tx: recognised(tx, event, declared, admins=admins, private_chat=private_chat)
    ) or await world.database.write(
        lambda tx: open_turn(tx, event, declared, admins=admins, private_chat=private_chat, now=now)
    )


def recognised(
    tx: Connection,
    event: Command | Said | Chose,
    declared: Declared,
    *,
    admins: frozenset[tuple[str, str]],
    private_chat: str | None,
) -> TurnContext | None:
    """The context where there is nothing to learn, as in most: without a write. None: `open_turn`."""
    person, place = event.person, event.place
    account = person.frontend, person.account_id
    chat = chats.find(tx, frontend=place.frontend, external_id=place.chat_id)
    if chat is None or chat.dead_at is not None or place.title[:256] not in {"", chat.title}:
        return None
    known = guests.recognise(
        tx, frontend=account[0], account_id=account[1], name=person.name, handle=person.handle
    )
    if known is None:
        return None
    guest, door = known
    if door != chat.id if chat.private else door is None and private_chat is not None:
        return None
    if account in admins and not guest.is_admin:
        return None
    if guest.state is GuestState.PENDING and chat.allowed_at is not None:
        return None
    return TurnContext(guest=guest, chat=chat, dialogue=_dialogue(tx, event, declared, chat, guest.id))


def open_turn(
    tx: Connection,
    event: Command | Said | Chose,
    declared: Declared,
    *,
    admins: frozenset[tuple[str, str]],
    private_chat: str | None,
    now: datetime,
) -> TurnContext:
    """Get to know the speaker and the chat, and find the dialogue.

    `admins` are accounts that the host named; `private_chat` is where this network lets us write to the
    speaker without their having opened a private chat first.
    """
    person, place = event.person, event.place
    chat = _chat(tx, place)
    guest = guests.meet(
        tx,
        frontend=person.frontend,
        account_id=person.account_id,
        name=person.name,
        handle=person.handle,
        origin=place.title if not place.private else "",
        now=now,
    )
    _open_door(tx, person, chat, private_chat)
    if (person.frontend, person.account_id) in admins and not guest.is_admin:
        members.make_admin(tx, guest, now=now)
        guest = guests.get(tx, guest.id)
    if guest.state is GuestState.PENDING and chat.allowed_at is not None:
        members.let_in(tx, guest, now=now)
        guest = guests.get(tx, guest.id)
    return TurnContext(guest=guest, chat=chat, dialogue=_dialogue(tx, event, declared, chat, guest.id))


def approved(tx: Connection, person: Person) -> int | None:
    """The number of the guest that somebody is, if an admin has let them in."""
    known = guests.sign_in(tx, person.frontend, person.account_id)
    return known.guest_id if known is not None and guests.get(tx, known.guest_id).approved else None


def meant_dialogue(tx: Connection, event: Said | Command, declared: Declared) -> str | None:
    """The id of the dialogue that words, or /cancel, belong to, as far as can be told without keeping anything."""
    place, person = event.place, event.person
    chat = chats.find(tx, frontend=place.frontend, external_id=place.chat_id)
    known = guests.sign_in(tx, person.frontend, person.account_id)
    if chat is None or known is None:
        return None
    meant = _dialogue(tx, event, declared, chat, known.guest_id)
    return None if meant is None else meant.row.id


def dialogue_here(tx: Connection, dialogue_id: str, place: Place) -> dialogues.DialogueRow | None:
    """The dialogue of that id, if it is one of this chat: an id proves nothing, people can send any."""
    chat = chats.find(tx, frontend=place.frontend, external_id=place.chat_id)
    row = dialogues.get(tx, dialogue_id)
    return row if row is not None and chat is not None and row.chat_id == chat.id else None


def _chat(tx: Connection, place: Place) -> Chat:
    return chats.of_place(
        tx, frontend=place.frontend, external_id=place.chat_id, private=place.private, title=place.title
    )


def _open_door(tx: Connection, person: Person, chat: Chat, private_chat: str | None) -> None:
    known = guests.sign_in(tx, person.frontend, person.account_id)
    assert known is not None
    if chat.private:
        if known.dm_chat_id != chat.id:
            guests.set_dm(tx, person.frontend, person.account_id, chat.id)
    elif known.dm_chat_id is None and private_chat is not None:
        door = chats.of_place(
            tx, frontend=person.frontend, external_id=private_chat, private=True, title=person.name
        )
        guests.set_dm(tx, person.frontend, person.account_id, door.id)


def _dialogue(
    tx: Connection, event: Command | Said | Chose, declared: Declared, chat: Chat, guest_id: int
) -> Dialogue | None:
    """Not one of another chat, nor of a flow that is not there any more."""
    row = _row(tx, event, declared, chat, guest_id)
    spec = None if row is None else declared.flow(row.flow)
    if row is None or spec is None or row.chat_id != chat.id:
        return None
    plan = None if row.plan_id is None or not spec.organised else plans.get(tx, row.plan_id)
    return Dialogue(row=row, spec=spec, organiser_id=row.guest_id if plan is None else plan.organiser_id)


def _row(
    tx: Connection, event: Command | Said | Chose, declared: Declared, chat: Chat, guest_id: int
) -> dialogues.DialogueRow | None:
    match event:
        case Chose(dialogue_id=dialogue_id):
            return dialogues.get(tx, dialogue_id)
        case Said(dialogue_id=str(dialogue_id)):
            return dialogues.get(tx, dialogue_id)
        case Said(reply_to=str(message_id)):
            return dialogues.on_message(tx, chat.id, message_id) or dialogues.on_its_way(tx, chat.id)
        case Said() if chat.private:
            return dialogues.newest_open(tx, chat.id, guest_id, declared.listening)
        case Command(name=CANCEL.name):
            return dialogues.newest_open(tx, chat.id, guest_id, declared.begun_by_guests)
        case Command(name=name, typed=typed) if typed and chat.private and declared.command(name) is None:
            row = dialogues.newest_open(tx, chat.id, guest_id, declared.listening)
            return row if row is not None and _is_secret(row) else None  # a secret may begin with a slash
        case Said() | Command():
            return None


def _is_secret(row: dialogues.DialogueRow) -> bool:
    return row.card is not None and codec.load(Card, row.card).secret
