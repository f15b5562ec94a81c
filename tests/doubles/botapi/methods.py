"""What the bot's calls do in the small Telegram."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import urlsplit

from tests.doubles.botapi.chat import Chat, Message
from tests.doubles.botapi.content import keyboard_of, units, words_of
from tests.doubles.botapi.parameters import Upload
from tests.doubles.botapi.refusal import bad_request
from tests.doubles.botapi.world import World

TEXT_MOST, CAPTION_MOST, TOAST_MOST = 4096, 1024, 200
TAP_LIVES = timedelta(seconds=15)
DELETED_WITHIN = timedelta(hours=48)

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Methods:
    """The bot's side of a `World`. Every method takes typed parameters and raises `Refusal`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.webhook_secret = ""
        self.webhook_error = ""
        self._answer: dict[str, Callable[[dict], object]] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda p: self._world.menus.get(_scope(p), []),
            "deleteMyCommands": lambda p: self._world.menus.pop(_scope(p), None) is not None or True,
            "sendMessage": self._send_message,
            "sendDocument": self._send_document,
            "sendPhoto": self._send_photo,
            "editMessageText": self._edit,
            "deleteMessage": self._delete,
            "answerCallbackQuery": self._answer_tap,
        }

    async def call(self, method: str, parameters: dict) -> object:
        if method == "getUpdates":
            return await self._get_updates(parameters)
        return self._answer[method](parameters)

    def _get_updates(self, p: dict) -> Awaitable[list[dict]]:
        if "allowed_updates" in p:
            self._world.updates.allowed = p["allowed_updates"]
        return self._world.updates.fetch(
            offset=p.get("offset", 0),
            limit=min(max(p.get("limit", 100), 1), 100),
            wait=p.get("timeout", 0),
        )

    def _get_me(self, _: dict) -> dict:
        return self._world.bot_body() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self._world.privacy,
            "supports_inline_queries": False,
        }

    def _set_webhook(self, p: dict) -> bool:
        url = urlsplit(p["url"])
        if url.scheme != "https" and url.hostname != "127.0.0.1":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", p.get("secret_token", "")):
            raise bad_request("secret token contains unallowed characters")
        if not 1 <= p.get("max_connections", 40) <= 100:
            raise bad_request("bad webhook: max_connections is out of range")
        self._world.updates.allowed = p.get("allowed_updates", self._world.updates.allowed)
        self._world.updates.webhook_url = p["url"]
        self.webhook_secret = p.get("secret_token", "")
        return True

    def _delete_webhook(self, p: dict) -> bool:
        self._world.updates.webhook_url = ""
        if p.get("drop_pending_updates"):
            self._world.updates.waiting.clear()
        return True

    def _webhook_info(self, _: dict) -> dict:
        updates = self._world.updates
        info = {"url": updates.webhook_url, "has_custom_certificate": False}
        info["pending_update_count"] = len(updates.waiting)
        return info | ({"last_error_message": self.webhook_error} if self.webhook_error else {})

    def _set_commands(self, p: dict) -> bool:
        commands = p["commands"]
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= units(one["description"]) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._world.menus[_scope(p)] = commands
        return True

    def _send_message(self, p: dict) -> dict:
        text, entities = words_of(p["text"], p.get("entities"), most=TEXT_MOST)
        return self._post(p, text, entities).body()

    def _send_document(self, p: dict) -> dict:
        caption = p.get("caption", "")
        text, entities = words_of(caption, p.get("caption_entities"), most=CAPTION_MOST, what="caption")
        return self._post(p, text, entities, file=p["document"]).body()

    def _send_photo(self, p: dict) -> dict:
        if not p["photo"].content.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff")):
            raise bad_request("IMAGE_PROCESS_FAILED")
        caption = p.get("caption", "")
        text, entities = words_of(caption, p.get("caption_entities"), most=CAPTION_MOST, what="caption")
        return self._post(p, text, entities, file=p["photo"], photo=True).body()

    def _post(
        self, p: dict, text: str, entities: list[dict], file: Upload | None = None, *, photo: bool = False
    ) -> Message:
        chat = self._chat(p)
        rows = keyboard_of(p.get("reply_markup"))
        thread_id = p.get("message_thread_id")
        chat.check_writable(thread_id)
        answered = self._answered(chat, p.get("reply_parameters"))
        self._world.flood.write(chat.id, self._world.clock.now())
        message = Message(
            chat=chat,
            id=self._world.next_message_id(chat),
            sender=self._world.bot_body(),
            at=self._world.clock.now(),
            text=text,
            entities=entities,
            rows=rows,
            file=file,
            photo=photo,
            thread_id=thread_id,
            quiet=p.get("disable_notification", False),
            reply_to=answered,
        )
        chat.last_bot = message.sender["id"]
        return chat.add(message)

    def _edit(self, p: dict) -> dict:
        chat = self._chat(p)
        text, entities = words_of(p["text"], p.get("entities"), most=TEXT_MOST)
        rows = keyboard_of(p.get("reply_markup"))
        chat.check_writable()
        message = chat.find(p["message_id"])
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot or message.file:
            raise bad_request("message can't be edited")
        if message.thread_id is not None:
            chat.check_writable(message.thread_id)
        if (message.text, message.entities, message.rows) == (text, entities, rows):
            raise bad_request(_NOT_MODIFIED)
        self._world.flood.write(chat.id, self._world.clock.now())
        message.text, message.entities, message.rows = text, entities, rows
        message.edits += 1
        return message.body()

    def _delete(self, p: dict) -> bool:
        chat = self._chat(p)
        chat.check_writable()
        message = chat.find(p["message_id"])
        if message is None:
            raise bad_request("message to delete not found")
        late = self._world.clock.now() - message.at > DELETED_WITHIN
        theirs = not message.from_bot and chat.kind != "private" and not chat.bot_is_administrator
        if late or theirs:
            raise bad_request("message can't be deleted for everyone" if late else "message can't be deleted")
        chat.delete(message)
        return True

    def _answer_tap(self, p: dict) -> bool:
        tap = self._world.taps.get(p["callback_query_id"])
        now = self._world.clock.now()
        if tap is None or tap.answer is not None or now - tap.at > TAP_LIVES:
            raise bad_request(_TOO_OLD)
        if units(p.get("text", "")) > TOAST_MOST:
            raise bad_request("MESSAGE_TOO_LONG")
        tap.answer, tap.answered_at = p.get("text", ""), now
        return True

    def _chat(self, p: dict) -> Chat:
        chat = self._world.chats.get(p["chat_id"])
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def _answered(self, chat: Chat, reply: dict | None) -> Message | None:
        if reply is None:
            return None
        message = chat.find(reply["message_id"])
        if message is None and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return message


def _scope(p: dict) -> str:
    return p.get("scope", {"type": "default"})["type"]
