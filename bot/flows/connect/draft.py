"""What is known so far of an account that is being connected, never what opens it; and how that begins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import outgoing
from bot.conversation.flow import Scene, Write
from bot.conversation.turn_store import replace_older
from bot.flows.connect.account_platforms import with_accounts
from bot.flows.connect.lending_word import lending_word
from bot.flows.connect.spec import COMMAND, CONNECT
from bot.wording import common
from bot.wording.text import Text
from core.persistence import codec, guests
from core.powers.sign_in import SignInQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedStep:
    """A step of the sign-in as it is kept: what the platform wants to be given again with the answer is sealed."""

    question: SignInQuestion
    sealed: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectDraft:
    """`steps` are those that were asked after the first, the last one now; `plan_id` is a plan that waits for the
    account, and `lends`: its guest has tapped to lend it to that plan, whether or not they come along; `again` is one
    of the guest's that opens no more; `refused` counts how often what was typed did not do.
    """

    platform: str = ""
    steps: tuple[AskedStep, ...] = ()
    plan_id: str | None = None
    lends: bool = False
    again: int | None = None
    refused: int = 0


def begun(scene: Scene) -> ConnectDraft:
    """The draft to begin with: where one platform alone has accounts, it is that one."""
    known = list(with_accounts(scene))
    return ConnectDraft(platform=known[0] if len(known) == 1 else "")


async def connect_privately(
    scene: Scene, platform: str, *, lent_to: str | None = None
) -> tuple[tuple[Write, ...], Text]:
    """From a card to an account: it begins in private, and the card waits.

    What to write, and what to tell whoever tapped; `lent_to` is a plan that the tap lends the account to.
    """
    guest_id, words = scene.speaker.id, platform
    if lent_to is not None:
        words = f"{platform}-{lent_to}-{lending_word(scene.world.secret, guest_id, lent_to)}"
    door = scene.world.networks.door(scene.chat.frontend, f"{COMMAND.name}-{words}")
    chat_id = await scene.world.database.read(lambda tx: guests.private_chat(tx, guest_id))
    if chat_id is None:
        return (), common.private_please(COMMAND, door)
    to_do = ConnectDraft(platform=platform, plan_id=lent_to, lends=lent_to is not None)
    draft = codec.dump(ConnectDraft, to_do)

    def write(tx: Connection) -> None:
        row = outgoing.open_dialogue(
            tx,
            flow=CONNECT,
            chat_id=chat_id,
            guest_id=guest_id,
            draft=draft,
            now=scene.now,
        )
        replace_older(tx, row, scene.now)

    return (write,), common.privately(COMMAND, door)
