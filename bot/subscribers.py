"""Every subscriber of facts there is."""

from collections.abc import Sequence

from bot.conversation.declared import Declared
from bot.notifications.subscriber import Notifications
from core.events.subscriber import Subscriber


def all_subscribers(declared: Declared) -> Sequence[Subscriber]:
    """Each hears every fact, at its own pace."""
    return [
        Notifications(declared),
    ]
