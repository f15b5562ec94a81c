"""How long a connection may take to say what it wants, and how many may be open."""

import asyncio
from typing import cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

REQUEST_WITHIN = 15.0
"""Seconds in which a whole request has to come; waiting for the next one has a shorter limit of its own."""

MOST_CONNECTIONS = 512
"""Half of the files that most systems let a process open: the rest is for the chat networks and the database."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that drops who sends a request byte by byte, and who opens one connection too many."""

    request_within = REQUEST_WITHIN
    most_connections = MOST_CONNECTIONS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.abort()
        else:
            self.loop.call_later(self.request_within, self._look, None)

    def _look(self, before: object) -> None:
        """Drop the connection if it sends what it was sending when last looked at; `before` is that request."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # gone, or a WebSocket, which has pings
        now = cast("RequestResponseCycle | None", self.cycle)  # there is none before the first request
        ours = now is not None and not now.more_body and not now.response_complete
        if now is before and not ours:
            self.transport.abort()
        else:
            self.loop.call_later(self.request_within, self._look, now)
