"""What was asked of the server: never a token, a password or a body."""

from dataclasses import dataclass

from platforms.resy.lookalike.endpoints import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request; instants are epoch seconds of the server's clock.

    `received_at` is when the socket had it, `at` when it arrived after the simulated way, `answered_at` when
    the answer left, before its way back. `status` is None while it is being worked on, and where no answer
    was given.
    """

    received_at: float
    at: float
    method: str
    endpoint: Endpoint
    answered_at: float | None = None
    status: int | None = None
    user: int | None = None
    venue: int | None = None
    day: str | None = None
    slot: str | None = None
    fault: str | None = None


class Journal(list[Entry]):
    """The requests in the order of their arrival; it can be cleared while some are being worked on."""

    _cleared = 0

    def begin(self, entry: Entry) -> int:
        """Write down an arrival; the number is for `finish`."""
        self.append(entry)
        return self._cleared + len(self) - 1

    def finish(self, number: int, entry: Entry) -> None:
        """Put what came of it in its place."""
        if number >= self._cleared:
            self[number - self._cleared] = entry

    def clear(self) -> None:
        self._cleared += len(self)
        super().clear()

    def of(self, endpoint: Endpoint) -> list[Entry]:
        """Those of one endpoint."""
        return [entry for entry in self if entry.endpoint == endpoint]
