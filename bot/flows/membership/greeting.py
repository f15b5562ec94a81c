"""`/start` and `/help`."""

from sqlalchemy import Connection

from bot.conversation.flow import Scene
from bot.flows.membership.join import show_waiting
from bot.flows.once import Once, OneReply
from bot.wording import members as wording


async def start(scene: Scene, words: str) -> OneReply:  # noqa: ARG001 - doors that lead to a command were opened before
    guest = scene.speaker

    def write(tx: Connection) -> None:
        if guest.is_admin:
            show_waiting(tx, scene, guest.id)

    return OneReply(text=wording.welcome(guest.name), writes=(write,))


async def help_(scene: Scene, words: str) -> OneReply:  # noqa: ARG001
    return OneReply(text=wording.help_text(admin=scene.speaker.is_admin, private=scene.chat.private))


GREETING = (Once("start", start), Once("help", help_))
