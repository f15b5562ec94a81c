"""Who a guest is by now of whom a fact speaks: two may have turned out to be one human before it was heard."""

from sqlalchemy import Connection

from core.persistence import facts, guests


def guest_of_now(tx: Connection, guest_id: int) -> int:
    """The number that the guest has now. That of nobody stays as it is."""
    if guests.find(tx, guest_id) is not None:
        return guest_id
    linked, found = facts.linked(tx), guest_id
    while found in linked and guests.find(tx, found) is None:
        found = linked.pop(found)  # each once: numbers may come round
    return found
