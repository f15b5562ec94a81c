"""Who sits at the page, and the chats they see: a name is all there is, since the page has no accounts."""

import re
import unicodedata

from bot.conversation.messages import Person, Place

NAME = "web"
GROUP = "friends"
GROUP_TITLE = "Friends"
_LONGEST = 40
_RESERVED = frozenset({"fourtop"})
_SPACES = re.compile(r"\s+")


def person(name: str) -> Person | None:
    """The person called `name`, in whatever case; None where it is no name for a person.

    Control and direction characters are dropped, since they could make one name look like another.
    """
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFKC", name))
    clean = "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C").strip()
    account_id = clean.casefold()
    if not clean or max(len(clean), len(account_id)) > _LONGEST or account_id in _RESERVED:
        return None
    return Person(frontend=NAME, account_id=account_id, name=clean)


def private_chat(account_id: str) -> str:
    """The id of somebody's private chat with Fourtop."""
    return f"dm:{account_id}"


def place(chat: str) -> Place | None:
    """A chat of the page by its id; None where there is no such chat."""
    if chat == GROUP:
        return Place(frontend=NAME, chat_id=GROUP, private=False, title=GROUP_TITLE)
    account_id = chat.removeprefix("dm:")
    if account_id == chat or not account_id:
        return None
    return Place(frontend=NAME, chat_id=chat, private=True)
