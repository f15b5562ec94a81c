"""Sentences only Telegram needs."""

UNSEEN = "I can't see who you are while you are anonymous: turn that off for yourself, then tap again."


def may_type(typing: str, *, private: bool) -> str:
    """The line under a card that says what may be typed; in a group a bot only hears replies."""
    return f"Or type: {typing}" if private else f"Reply to this message to type: {typing}"
