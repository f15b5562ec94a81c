"""What a process costs that has ten thousand jobs before it and nothing to do."""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

from sqlalchemy import Connection

from bench.bot import Bot
from bench.crowd import DiscordCrowd, TelegramCrowd
from bot.store import open_store
from core.domain.job_state import Strategy
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.venue import VenueRef
from core.persistence import jobs, plans
from tests.settings import settings_of

_SETTLED = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Resident megabytes (of a million bytes), and the share of one core used by doing nothing."""

    jobs: int
    resident_mb: float
    cpu: float
    seconds: float


async def standing(number: int = 10_000, *, seconds: float = 12.0) -> Standing:
    """Both networks are connected; the jobs' drops are spread over the next sixty days."""
    with tempfile.TemporaryDirectory() as folder:
        async with TelegramCrowd(1) as telegram, DiscordCrowd(1) as discord:
            database = open_store(settings_of(data_dir=Path(folder)))
            now = datetime.now(UTC)
            ((chat_id, guest_id),) = await database.write(lambda tx: telegram.seat(tx, now))
            await database.write(lambda tx: _arm(tx, number, chat_id, guest_id, now))
            await database.aclose()
            environment = {
                "FOURTOP_DATA_DIR": folder,
                "FOURTOP_HTTP_PORT": "0",
                "FOURTOP_LOG_LEVEL": "warning",
            }
            environment |= telegram.environment() | discord.environment()
            async with Bot(environment, log=Path(folder) / "log") as bot:
                await asyncio.sleep(_SETTLED)
                before = bot.cpu_seconds()
                await asyncio.sleep(seconds)
                cpu = (bot.cpu_seconds() - before) / seconds
                return Standing(jobs=number, resident_mb=bot.resident_mb(), cpu=cpu, seconds=seconds)


def _arm(tx: Connection, number: int, chat_id: int, guest_id: int, now: datetime) -> None:
    wish = Wish(
        venue=VenueRef(platform="house", id="casa-luna"),
        on=date(2027, 1, 1),
        party_size=4,
        times=(wall_time(19),),
    )
    for n in range(number):
        drop_at = now + timedelta(hours=1) + timedelta(days=60) * n / number
        plan = Plan(
            id=f"plan-{n}",
            organiser_id=guest_id,
            chat_id=chat_id,
            thread_id=None,
            wish=wish,
            venue_name="Casa Luna",
            zone="America/New_York",
            state=PlanState.ARMED,
            created_at=now,
        )
        plans.add(tx, plan)
        jobs.add(
            tx,
            plan_id=plan.id,
            strategy=Strategy.DROP,
            due_at=drop_at - timedelta(minutes=3),
            drop_at=drop_at,
            until=drop_at + timedelta(minutes=5),
            now=now,
        )


if __name__ == "__main__":
    print(asyncio.run(standing()))
