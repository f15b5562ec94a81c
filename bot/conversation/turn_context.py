"""Who speaks, where, and in which dialogue: what a turn starts from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.commands import command
from bot.conversation.flow import World
from bot.conversation.messages import Card, Chose, Command, Person, Place, Said
from bot.conversation.permissions import BEGUN, LISTENING, OWN
from core import members
from core.domain.chat import Chat
from core.domain.guest import Guest, GuestState
from core.persistence import chats, codec, dialogues, guests, plans


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """`dialogue` is the one that the words or the tap belong to, if any; `owner_id` is who decides in it: whose
    dialogue it is or, on every card of a plan but those that are somebody's own, the organiser.
    """

    guest: Guest
    chat: Chat
    dialogue: dialogues.DialogueRow | None
    owner_id: int

    @property
    def secret(self) -> bool:
        """Whether what is typed next is for nobody's eyes."""
        return self.dialogue is not None and _is_secret(self.dialogue)


async def turn_context(world: World, event: Command | Said | Chose) -> TurnContext:
    """Found in one transaction: one that writes only where there is something to learn."""
    person, admins, now = event.person, world.admins, world.clock.now()
    private_chat = world.networks.private_chat(person.frontend, person.account_id)
    return await world.database.read(
        lambda tx: recognised(tx, event, admins=admins, private_chat=private_chat)
    ) or await world.database.write(
        lambda tx: open_turn(tx, event, admins=admins, private_chat=private_chat, now=now)
    )


def recognised(
    tx: Connection,
    event: Command | Said | Chose,
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
    row = _dialogue(tx, event, chat, guest.id)
    return TurnContext(guest=guest, chat=chat, dialogue=row, owner_id=_owner(tx, row, guest))


def open_turn(
    tx: Connection,
    event: Command | Said | Chose,
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
    row = _dialogue(tx, event, chat, guest.id)
    return TurnContext(guest=guest, chat=chat, dialogue=row, owner_id=_owner(tx, row, guest))


def meant_dialogue(tx: Connection, event: Said | Command) -> str | None:
    """The id of the dialogue that words, or /cancel, belong to, as far as can be told without keeping anything."""
    place, person = event.place, event.person
    chat = chats.find(tx, frontend=place.frontend, external_id=place.chat_id)
    known = guests.identity(tx, person.frontend, person.account_id)
    if chat is None or known is None:
        return None
    row = _dialogue(tx, event, chat, known.guest_id)
    return None if row is None else row.id


def dialogue_here(tx: Connection, dialogue_id: str, place: Place) -> dialogues.DialogueRow | None:
    """The dialogue of that id, if it is one of this chat: an id proves nothing, people can send any."""
    chat = chats.find(tx, frontend=place.frontend, external_id=place.chat_id)
    row = dialogues.get(tx, dialogue_id)
    return row if row is not None and chat is not None and row.chat_id == chat.id else None


def _owner(tx: Connection, row: dialogues.DialogueRow | None, guest: Guest) -> int:
    if row is None:
        return guest.id
    return row.guest_id if row.plan_id is None or row.flow in OWN else plans.get(tx, row.plan_id).organiser_id


def _chat(tx: Connection, place: Place) -> Chat:
    return chats.of_place(
        tx, frontend=place.frontend, external_id=place.chat_id, private=place.private, title=place.title
    )


def _open_door(tx: Connection, person: Person, chat: Chat, private_chat: str | None) -> None:
    known = guests.identity(tx, person.frontend, person.account_id)
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
    tx: Connection, event: Command | Said | Chose, chat: Chat, guest_id: int
) -> dialogues.DialogueRow | None:
    match event:
        case Chose(dialogue_id=dialogue_id):
            row = dialogues.get(tx, dialogue_id)
        case Said(dialogue_id=str(dialogue_id)):
            row = dialogues.get(tx, dialogue_id)
        case Said(reply_to=str(message_id)):
            row = dialogues.on_message(tx, chat.id, message_id) or dialogues.on_its_way(tx, chat.id)
        case Said() if chat.private:
            row = dialogues.newest_open(tx, chat.id, guest_id, LISTENING)
        case Command(name="cancel"):
            row = dialogues.newest_open(tx, chat.id, guest_id, BEGUN)
        case Command(name=name, typed=typed) if typed and chat.private and command(name) is None:
            row = dialogues.newest_open(tx, chat.id, guest_id, LISTENING)
            row = row if row is not None and _is_secret(row) else None  # a secret may begin with a slash
        case Said() | Command():
            row = None
    return row if row is not None and row.chat_id == chat.id else None


def _is_secret(row: dialogues.DialogueRow) -> bool:
    return row.card is not None and codec.load(Card, row.card).secret
