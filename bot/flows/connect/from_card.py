"""The way from a card to an account: it begins in private, and the card waits."""

from sqlalchemy import Connection

from bot.conversation.flow import Scene, Write
from bot.flows.connect.draft import ConnectDraft
from bot.wording import common
from bot.wording.text import Text
from core import notifications
from core.persistence import codec


async def connect_privately(
    scene: Scene, platform: str, *, plan_id: str | None = None
) -> tuple[tuple[Write, ...], Text]:
    """What to write, and what to tell whoever tapped; `plan_id` is a plan that is to be booked with the account."""
    guest_id, door = scene.speaker.id, scene.world.doors.door(scene.chat.frontend, f"connect-{platform}")
    chat_id = await scene.world.database.read(lambda tx: notifications.private_chat(tx, guest_id))
    if chat_id is None:
        return (), common.private_please("connect", door)
    draft = codec.dump(ConnectDraft, ConnectDraft(platform=platform, plan_id=plan_id))

    def write(tx: Connection) -> None:
        notifications.open_dialogue(
            tx,
            flow="connect",
            chat_id=chat_id,
            thread_id=None,
            guest_id=guest_id,
            plan_id=None,
            draft=draft,
            now=scene.now,
        )

    return (write,), common.privately("connect", door)
