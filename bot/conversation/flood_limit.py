"""How much of one person waits to be acted on."""

import logging
from collections.abc import Iterable

from bot.conversation.messages import Chose, Command, Heard, Said

log = logging.getLogger(__name__)

MOST = 100


class FloodLimit:
    """Takes no more from somebody of whom `MOST` events wait already, so that one person's flood costs the others
    nothing: not the database, not their turn, not the room that a network has for updates.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], set[str]] = {}

    def room_for(self, heard: Iterable[Heard]) -> list[Heard]:
        """Those that are taken."""
        taken: dict[tuple[str, str], int] = {}
        kept: list[Heard] = []
        for one in heard:
            if (who := _who(one)) is not None:
                waiting = len(self._waiting.get(who, ())) + taken.get(who, 0)
                if waiting >= MOST:
                    log.log(
                        logging.WARNING if waiting == MOST else logging.DEBUG,
                        "%s floods: an event is dropped",
                        who,
                    )
                    continue
                taken[who] = taken.get(who, 0) + 1
            kept.append(one)
        return kept

    def begin(self, heard: Iterable[Heard]) -> None:
        """These wait from now on."""
        for one in heard:
            if (who := _who(one)) is not None:
                self._waiting.setdefault(who, set()).add(one.id)

    def end(self, heard: Heard) -> None:
        """It was acted on."""
        who = _who(heard)
        if who is None or (waiting := self._waiting.get(who)) is None:
            return
        waiting.discard(heard.id)
        if not waiting:
            del self._waiting[who]


def _who(heard: Heard) -> tuple[str, str] | None:
    match heard.event:
        case Command(person=person) | Said(person=person) | Chose(person=person):
            return person.frontend, person.account_id
        case _:
            return None
