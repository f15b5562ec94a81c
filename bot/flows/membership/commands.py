"""Commands about who may use Fourtop, and what for, each answered in one breath."""

from collections.abc import Awaitable, Callable

from sqlalchemy import Connection

from bot.commands import CommandSpec, Where
from bot.conversation.flow import Scene
from bot.flows.flow_kinds import CommandFlow, CommandReply
from bot.flows.membership.decision import Decision, decision, waiting_over
from bot.flows.membership.join import JOIN, START, show_waiting
from bot.who import Who
from bot.wording import members as wording
from bot.wording.text import Text
from core import members
from core.domain.guest import Guest, GuestState
from core.persistence import dialogues, guests

Act = Callable[[Scene, str], Awaitable[CommandReply]]


async def start(scene: Scene, words: str) -> CommandReply:  # noqa: ARG001 - what leads on to a command is one by now
    """`/start`: say hello."""
    guest = scene.speaker

    def write(tx: Connection) -> None:
        if guest.is_admin:
            show_waiting(tx, guest.id, now=scene.now)  # an admin may have had no private chat until now

    return CommandReply(text=wording.welcome(guest.name), writes=(write,))


async def help_(scene: Scene, words: str) -> CommandReply:  # noqa: ARG001 - takes none
    """`/help`: what there is to be used."""
    commands, guest = scene.world.declared.commands, scene.speaker
    return CommandReply(text=wording.help_text(commands, admin=guest.is_admin, private=scene.chat.private))


async def claim(scene: Scene, words: str) -> CommandReply:
    """`/claim CODE`: become the first admin."""
    if not words.strip():
        return CommandReply(text=wording.CLAIM_USAGE)
    guest, secret = scene.speaker, scene.world.secret
    await _count_try(scene)
    known = await waiting_over(scene, guest, GuestState.APPROVED)

    def write(tx: Connection) -> None:
        members.claim(tx, secret, words, guest, now=scene.now)

    return CommandReply(text=wording.CLAIMED, writes=(write, *known.writes), resumes=known.resumes)


async def link(scene: Scene, words: str) -> CommandReply:
    """`/link` gives a code, `/link CODE` on the other network makes the two one guest."""
    guest, secret = scene.speaker, scene.world.secret
    if not words.strip():
        code = await scene.world.database.write(
            lambda tx: members.offer_link(tx, secret, guest, now=scene.now)
        )
        return CommandReply(text=wording.link_code(code))

    await _count_try(scene)
    known = await _known_by_link(scene, words)

    def write(tx: Connection) -> None:
        members.link(tx, secret, words, guest, now=scene.now)

    return CommandReply(text=wording.LINKED, writes=(write, *known.writes), resumes=known.resumes)


async def _count_try(scene: Scene) -> None:
    """A wrong code undoes all that its turn has written, but not that it was tried."""
    guest = scene.speaker
    await scene.world.database.write(lambda tx: members.try_code(tx, guest, now=scene.now))


async def _known_by_link(scene: Scene, code: str) -> Decision:
    """What a stranger waited for, who turns out to be an approved guest of the other network."""
    known = Decision()
    asked = await scene.world.database.read(
        lambda tx: members.who_offered(tx, scene.world.secret, code, now=scene.now)
    )
    if asked is not None and any(guest.approved for guest in (asked, scene.speaker)):
        for guest in (asked, scene.speaker):
            if guest.state is GuestState.PENDING:
                known += await waiting_over(scene, guest, GuestState.APPROVED)
    return known


async def allow(scene: Scene, words: str) -> CommandReply:
    """`/allow` vouches for a group, `/allow off` no longer does."""
    off = words.strip().casefold() in {"off", "no", "stop"}
    known = Decision()
    if not off:
        for guest in await scene.world.database.read(lambda tx: _waiting_in(tx, scene.chat.id)):
            known += await decision(scene, guest, GuestState.APPROVED)

    def write(tx: Connection) -> None:
        members.vouch(tx, scene.chat.id, now=None if off else scene.now)

    text = wording.NOT_ALLOWED if off else wording.ALLOWED
    return CommandReply(text=text, writes=(write, *known.writes), resumes=known.resumes)


def _waiting_in(tx: Connection, chat_id: int) -> list[Guest]:
    rows = dialogues.open_in(tx, JOIN, chat_id)
    waiting = [guests.get(tx, guest_id) for guest_id in dict.fromkeys(row.guest_id for row in rows)]
    return [guest for guest in waiting if guest.state is GuestState.PENDING]


async def resign(scene: Scene, words: str) -> CommandReply:  # noqa: ARG001 - takes none
    """`/resign`: stop being an admin, unless the last."""
    guest = scene.speaker

    def write(tx: Connection) -> None:
        members.resign(tx, guest, now=scene.now)

    return CommandReply(text=wording.RESIGNED, writes=(write,))


async def promote(scene: Scene, words: str) -> CommandReply:
    """`/promote GUEST`: one more admin."""
    found = await _meant(scene, words)
    if isinstance(found, Text):
        return CommandReply(text=found)

    known = Decision() if found.approved else await decision(scene, found, GuestState.APPROVED)

    def write(tx: Connection) -> None:
        members.make_admin(tx, found, now=scene.now)

    return CommandReply(text=wording.promoted(found), writes=(*known.writes, write), resumes=known.resumes)


def _deciding(state: GuestState) -> Act:
    async def act(scene: Scene, words: str) -> CommandReply:
        found = await _meant(scene, words)
        if isinstance(found, Text):
            return CommandReply(text=found)
        word = await decision(scene, found, state)
        return CommandReply(text=wording.judged(found, state), writes=word.writes, resumes=word.resumes)

    return act


async def _meant(scene: Scene, words: str) -> Guest | Text:
    """The guest an admin named, or what to say when that is nobody or several."""
    if not words.strip():
        return wording.WHOM
    found = await scene.world.database.read(lambda tx: list(guests.named(tx, words)))
    if not found:
        return wording.NOBODY
    return found[0] if len(found) == 1 else wording.several(found)


HELLO = CommandFlow(START, start)
HELP = CommandFlow(CommandSpec(name="help", summary="What I can do", may=Who.ANYONE_HERE), help_)
CLAIM = CommandFlow(
    CommandSpec(
        name="claim",
        summary="Become the first admin",
        where=Where.PRIVATE,
        may=Who.ANYONE_HERE,
        once=True,
        secret_words=True,
        usage="the code that was printed at the first start",
        if_overheard=wording.CLAIM_OVERHEARD,
    ),
    claim,
)
LINK = CommandFlow(
    CommandSpec(
        name="link",
        summary="Use me on your other network as the same guest",
        where=Where.PRIVATE,
        may=Who.ANYONE_HERE,
        secret_words=True,
        usage="the code from the other network",
        if_overheard=wording.LINK_OVERHEARD,
    ),
    link,
)
ALLOW = CommandFlow(
    CommandSpec(
        name="allow",
        summary="Vouch for everyone in this group",
        where=Where.GROUP,
        may=Who.ADMIN,
        by_link=False,
    ),
    allow,
)
RESIGN = CommandFlow(
    CommandSpec(
        name="resign", summary="Stop being an admin", where=Where.PRIVATE, may=Who.ADMIN, by_link=False
    ),
    resign,
)
PROMOTE = CommandFlow(
    CommandSpec(name="promote", summary="Make a guest an admin", may=Who.ADMIN, usage="a guest"), promote
)
APPROVE = CommandFlow(
    CommandSpec(name="approve", summary="Let a guest in", may=Who.ADMIN, usage="a guest"),
    _deciding(GuestState.APPROVED),
)
DECLINE = CommandFlow(
    CommandSpec(name="decline", summary="Turn a guest down", may=Who.ADMIN, usage="a guest"),
    _deciding(GuestState.DECLINED),
)
BLOCK = CommandFlow(
    CommandSpec(name="block", summary="Shut a guest out", may=Who.ADMIN, usage="a guest"),
    _deciding(GuestState.BLOCKED),
)
