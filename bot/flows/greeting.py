"""`/start` and `/help`."""

from bot.conversation.flow import Scene
from bot.flows.once import Once, Reply
from bot.wording import members as wording


async def start(scene: Scene, words: str) -> Reply:  # noqa: ARG001 - doors that lead to a command were opened before
    return Reply(text=wording.welcome(scene.speaker.name))


async def help_(scene: Scene, words: str) -> Reply:  # noqa: ARG001
    return Reply(text=wording.help_text(admin=scene.speaker.is_admin, private=scene.chat.private))


GREETING = (Once("start", start), Once("help", help_))
