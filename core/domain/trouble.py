"""What may spoil a plan, found out ahead of its drop or in the middle of it."""

from enum import StrEnum


class Trouble(StrEnum):
    """What may spoil a drop, found out ahead of it; `LOCKED_OUT`: who can't be asked what became of a call."""

    VENUE_GONE = "venue_gone"
    PLATFORM_DOWN = "platform_down"
    DROP_MOVED = "drop_moved"
    CHAT_GONE = "chat_gone"
    SIGN_IN = "sign_in"
    NO_CARD = "no_card"
    CONFLICT = "conflict"
    NOT_CONNECTED = "not_connected"
    CLOCK_OFF = "clock_off"
    LOCKED_OUT = "locked_out"
