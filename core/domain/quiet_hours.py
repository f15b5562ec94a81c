"""When a guest wants no message that can wait."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.guest import Preferences


def awake(preferences: Preferences, at: datetime) -> datetime:
    """`at`, or the end of the guest's quiet hours when it falls into them."""
    start, end = preferences.quiet_from, preferences.quiet_until
    if start is None or end is None or start == end:
        return at
    zone = ZoneInfo(preferences.zone or "UTC")
    local = at.astimezone(zone)
    clock: time = local.time()
    asleep = start <= clock < end if start < end else clock >= start or clock < end
    if not asleep:
        return at
    morning = datetime.combine(local.date(), end, tzinfo=zone)
    return (
        morning if morning > local else datetime.combine(local.date() + timedelta(days=1), end, tzinfo=zone)
    )
