"""Who may answer what: the one place that decides."""

from core.domain.guest import Guest

_FRIENDS_MAY = {
    "reserve": ("venue", "day", "party", "times", "seating", "back"),
    "plan": ("in", "out", "refresh", "lend", "unlend", "terms:"),
    "plans": ("chat:",),
    "reminder": ("coming",),
    "help": ("",),
}
"""What anybody approved in the chat may tap on somebody else's card, by the start of the choice's meaning."""

LISTENING = ("reserve", "join", "favourites", "settings", "connect", "drop")
"""Flows that ask for words: what is said in a private chat belongs to the newest of these."""

BEGUN = (*LISTENING, "plans", "drill", "reservations", "guests", "accounts")
"""Flows that a guest began and `/cancel` ends; others are shown unasked, or are a plan's card."""

OWN = ("plans", "reservations", "favourites", "settings", "join", "connect", "accounts", "mend", "drop")
"""Flows that show what is somebody's own: for nobody else to see or change, admins included."""


def may_choose(guest: Guest, *, owner_id: int, flow: str, value: str) -> bool:
    """Whether a guest may tap this choice: their own card, an admin's right, or one that friends share."""
    if guest.id == owner_id or value.startswith(_FRIENDS_MAY.get(flow, ())):
        return True
    return guest.is_admin and flow not in OWN


def may_type(guest: Guest, *, owner_id: int, flow: str) -> bool:
    """Whether a guest may type into this card."""
    return guest.id == owner_id or flow == "reserve" or (guest.is_admin and flow not in OWN)
