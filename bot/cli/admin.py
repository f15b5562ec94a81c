"""What a host does to the database from the command line, with or without a running Fourtop beside it."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import yaml
from sqlalchemy import Connection

from bot.platforms import keeps_venues
from bot.report.drop_report import finished, picture
from bot.store import open_store, opened
from bot.wording import times as written
from core.clock import SystemClock
from core.domain.job import Job
from core.domain.plan import Plan
from core.domain.step import Step, detail_of
from core.domain.venue import Venue
from core.errors import BadInput
from core.jobs.steps import as_json, timeline
from core.persistence import jobs, migrate, plans, steps
from core.persistence.database import Database
from core.runtime.settings import Settings

_LONGEST_FILE = 1_000_000


async def migrate_now(settings: Settings) -> str:
    """Bring the tables up to date; says what was done."""
    database = opened(settings)
    try:
        before = migrate.current(database.engine)
        changed = migrate.upgrade(database.engine)
        after = migrate.current(database.engine)
    finally:
        await database.aclose()
    if not changed:
        return f"The database is up to date (tables {after})."
    return f"Brought the database from tables {before or 'none'} to {after}."


async def import_file(settings: Settings, file: str) -> Sequence[str]:
    """Read venues from YAML. Raises `BadInput` for a file that does not do."""
    return await _import(settings, _text(file), file)


async def add_samples(settings: Settings) -> Sequence[str]:
    """The three sample venues."""
    _, own = keeps_venues()
    return await _import(settings, own.samples(), "samples")


async def add_simple(
    settings: Settings,
    *,
    name: str,
    zone: str,
    tables: str,
    hours: str,
    days_ahead: int | None,
    released_at: str,
) -> Sequence[str]:
    """One venue from a few words; more than that is what a YAML file is for."""
    first, _, last = hours.partition("-")
    sizes = [part.lower().partition("x") for part in tables.split(",")]
    if not all(count.strip().isdecimal() and seats.strip().isdecimal() for count, _, seats in sizes):
        raise BadInput(
            "--tables", f"“{tables}” is not of the form 4x2,4x4 (four tables for two, four for four)."
        )
    seats = {int(size): int(count) for count, _, size in sizes}
    entry: dict[str, object] = {
        "id": re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "venue",
        "name": name,
        "zone": zone,
        "tables": [{"name": f"For {n} no. ", "count": seats[n], "seats": f"1-{n}"} for n in sorted(seats)],
        "turn": {max(seats): 120},
        "shifts": [{"first": first.strip(), "last": (last or first).strip()}],
    }
    if days_ahead is not None:
        entry["drop"] = {"days_ahead": days_ahead, "at": released_at}
    return await _import(settings, yaml.safe_dump({"venues": [entry]}), "the command line")


async def list_venues(settings: Settings) -> Sequence[str]:
    """One line a venue."""
    _, own = keeps_venues()
    async with _store(settings) as database:
        venues = await own.all(database, SystemClock())
    return [_venue_line(venue) for venue in venues] or [
        "No venue of your own yet. See `fourtop venue add --help`."
    ]


async def list_jobs(settings: Settings, *, everything: bool) -> Sequence[str]:
    """One line a job, the next due first; ended ones newest first."""
    async with _store(settings) as database:

        def look(tx: Connection) -> list[str]:
            found = jobs.latest(tx, limit=200) if everything else jobs.open_jobs(tx)
            return [_job_line(job, plans.get(tx, job.plan_id)) for job in found]

        return await database.read(look) or ["No jobs." if everything else "No job is waiting."]


async def tell_job(settings: Settings, number: int, *, machine: bool) -> Sequence[str]:
    """The story of a job. Raises `BadInput` for a number that is none."""
    async with _store(settings) as database:
        job = await database.read(lambda tx: jobs.find(tx, number))
        if job is None:
            raise BadInput(f"job {number}", "there is no such job; `fourtop jobs --all` lists them.")
        plan = await database.read(lambda tx: plans.get(tx, job.plan_id))
        story = await database.read(lambda tx: steps.of_job(tx, job.id))
    if machine:
        return [json.dumps(_job_json(job, plan, story), indent=2)]
    lines = [_job_line(job, plan)]
    late = timeline(story).late
    if late is not None:
        lines.append(f"  first request {late.total_seconds() * 1000:.2f} ms after the release")
    if job.attempts and not story:
        lines.append("  its steps are gone: they are kept for 90 days after a job has ended")
    for step in story:
        detail = ", ".join(
            f"{name} {value}" for name, value in detail_of(step.what).items() if name != "token"
        )
        lines.append(f"  {step.at:%Y-%m-%d %H:%M:%S.%f}  {step.kind.value:<14} {detail}".rstrip())
    return lines


async def draw_job(settings: Settings, number: int, file: str) -> str:
    """Write the picture of a job's drop. Raises `BadInput` where there is none, or it can't be written."""
    async with _store(settings) as database:
        drop = await database.read(lambda tx: finished(tx, number))
    if drop is None:
        raise BadInput(f"job {number}", "there is no drop of that number at which anything was asked.")
    drawn = picture(drop)
    try:
        await asyncio.to_thread(Path(file).write_bytes, drawn.content)
    except OSError as error:
        raise BadInput(file, f"it can't be written: {error.strerror}.") from None
    return f"{file}: {drawn.alt}"


@asynccontextmanager
async def _store(settings: Settings) -> AsyncGenerator[Database]:
    database = open_store(settings)
    try:
        yield database
    finally:
        await database.aclose()


async def _import(settings: Settings, text: str, file: str) -> Sequence[str]:
    _, own = keeps_venues()
    async with _store(settings) as database:
        venues = await own.add(database, text, file=file, clock=SystemClock())
    return [_venue_line(venue) for venue in venues]


def _text(file: str) -> str:
    try:
        with Path(file).open() as opened:
            text = opened.read(_LONGEST_FILE + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(file, f"it can't be read: {error}.") from None
    if len(text) > _LONGEST_FILE:
        raise BadInput(file, "it is longer than a million characters, which no list of venues is.")
    return text


def _venue_line(venue: Venue) -> str:
    drop = "open for its whole horizon"
    if venue.drop is not None:
        drop = f"released {written.rule(venue.drop)}"
    return f"{venue.name} ({venue.ref.id}), {venue.party_min}-{venue.party_max} guests, {drop}"


def _job_line(job: Job, plan: Plan) -> str:
    reason = f" ({job.reason.value})" if job.reason is not None else ""
    return (
        f"#{job.id} {job.state.value}{reason}: {plan.venue_name}, {written.day(plan.wish.on)}, "
        f"{plan.wish.party_size} guests, {job.strategy.value}, due {job.due_at:%Y-%m-%d %H:%M:%S} UTC"
    )


def _job_json(job: Job, plan: Plan, story: Sequence[Step]) -> dict[str, object]:
    late = timeline(story).late
    return {
        "id": job.id,
        "state": job.state.value,
        "reason": None if job.reason is None else job.reason.value,
        "strategy": job.strategy.value,
        "attempts": job.attempts,
        "due_at": job.due_at.isoformat(),
        "drop_at": None if job.drop_at is None else job.drop_at.isoformat(),
        "until": job.until.isoformat(),
        "late_us": None if late is None else round(late.total_seconds() * 1_000_000),
        "plan": {
            "id": plan.id,
            "venue": str(plan.wish.venue),
            "on": plan.wish.on.isoformat(),
            "party_size": plan.wish.party_size,
            "times": [written.clock(at) for at in plan.wish.times],
            "state": plan.state.value,
        },
        "steps": as_json(story),
    }
