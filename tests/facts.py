"""The facts that were recorded, for tests to look at; and a subscriber's work done at once."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.conversation.declared import Declared
from bot.flows.registry import all_flows
from bot.notifications.subscriber import Notifications
from core.domain.fact import Fact
from core.events.subscriber import Subscriber
from core.persistence import facts
from core.persistence.facts import Position, Recorded


def recorded(tx: Connection) -> Sequence[Recorded]:
    """All of them, in order."""
    return facts.read(tx, Position(), limit=100_000).facts


def facts_of(tx: Connection) -> list[Fact]:
    return [each.fact for each in recorded(tx)]


def notifications() -> Notifications:
    """What people hear of facts by, with the flows that there are."""
    return Notifications(Declared(flow.spec for flow in all_flows()))


def hear_all(tx: Connection, subscriber: Subscriber) -> None:
    """Have everything heard that is new to the subscriber, as `core.events.feed` does."""
    reached = facts.position(tx, subscriber.name) or Position()
    passage = facts.read(tx, reached, limit=100_000)
    for each in passage.facts:
        subscriber.hear(tx, each)
    facts.set_position(tx, subscriber.name, passage.end)


def all_heard(tx: Connection, subscriber: str = "notifications") -> bool:
    """Whether a subscriber has heard everything that was recorded."""
    reached = facts.position(tx, subscriber)
    return reached is not None and not facts.read(tx, reached, limit=1).facts
