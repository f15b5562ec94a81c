"""Every subscriber of facts there is."""

from collections.abc import Sequence

from bot.notifications.subscriber import Notifications
from core.events.subscriber import Subscriber


def all_subscribers() -> Sequence[Subscriber]:
    """Each hears every fact, at its own pace."""
    return (Notifications(),)
