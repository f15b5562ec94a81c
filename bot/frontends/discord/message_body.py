"""Cards and notices as the bodies of Discord messages: plain data, within every limit."""

from collections.abc import Iterable

from bot.conversation.messages import Card, Notice, Tone
from bot.frontends.discord.components import PENCIL, Json, rows
from bot.frontends.discord.markdown import clipped, markdown, pinged, pings, width
from bot.wording.discord import UNSEEN
from bot.wording.text import Text

_CONTENT, _DESCRIPTION, _FOOTER, _HINT = 2000, 4096, 200, 100
_SUPPRESS_EMBEDS, _SILENT = 1 << 2, 1 << 12

_COLOURS = {
    Tone.ASKING: 0x5865F2,
    Tone.WAITING: 0xF0B232,
    Tone.TRYING: 0xEB8A2F,
    Tone.GOOD: 0x23A55A,
    Tone.BAD: 0xDA373C,
}


def card_body(card: Card, *, dialogue_id: str, page: int = 0, private: bool = False) -> Json:
    """The whole message; every field is set, so that an edit leaves nothing of the card before."""
    accounts = pinged(card.text)
    embed: Json = {"description": markdown(card.text, _DESCRIPTION) or "\u200b", "color": _COLOURS[card.tone]}
    if card.typing:
        hint = f"{card.typing}{UNSEEN}" if card.secret else card.typing
        embed["footer"] = {"text": clipped(f"{PENCIL} {hint}", _FOOTER)}
    return {
        "content": pings(accounts),
        "embeds": [embed],
        "components": rows(card, dialogue_id=dialogue_id, page=page, private=private),
        "allowed_mentions": {"parse": [], "users": list(accounts)},
    }


def notice_body(notice: Notice) -> Json:
    """The message without its file. What is longer than a plain message may be goes into an embed."""
    accounts = pinged(notice.text)
    body: Json = {"allowed_mentions": {"parse": [], "users": list(accounts)}}
    content = markdown(notice.text)
    if width(content) <= _CONTENT:
        body["content"] = content
        # Links that people wrote must not unfold into pictures.
        flags = _SUPPRESS_EMBEDS
    else:
        body["content"] = pings(accounts)
        body["embeds"] = [{"description": markdown(notice.text, _DESCRIPTION)}]
        flags = 0
    body["flags"] = flags | (_SILENT if notice.quiet else 0)
    return body


def toast_words(toast: Text) -> str:
    """What is said to one person alone."""
    return markdown(toast, _CONTENT)


def typing_hint(footers: Iterable[str]) -> str:
    """What may be typed, read off the message the "Type it…" button is on: a form must be the first answer to
    the tap, so there is no time to look it up.
    """
    hints = (footer.removeprefix(PENCIL).strip() for footer in footers if footer.startswith(PENCIL))
    hint = next(hints, "").partition(UNSEEN)[0]
    return clipped(hint, _HINT) if hint else ""
