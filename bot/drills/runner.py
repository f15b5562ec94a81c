"""Drills under way: each a task of this process, whose progress is written to the dialogue it belongs to."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from bot import outgoing
from bot.drills.progress import DrillDraft, Ended, played
from core.clock import Clock
from core.domain.plan import Plan
from core.jobs.drill import Course, Round, play
from core.persistence import codec, dialogues, drops
from core.persistence.database import Database
from core.ports import Platform
from core.powers.rehearsal import Rehearses
from core.runtime.bell import Bell

log = logging.getLogger(__name__)

AWAY_FROM_DROPS = timedelta(minutes=2)
"""No round is begun nearer to a real drop."""


class DrillRunner:
    """One drill at a time. A killed process simply ends it: its card tells so when it is looked at next."""

    def __init__(
        self, *, database: Database, clock: Clock, platforms: Mapping[str, Platform], bell: Bell
    ) -> None:
        self._database = database
        self._clock = clock
        self._platforms = platforms
        self._bell = bell
        self._playing: str | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def able(self) -> tuple[str, ...]:
        """The platforms on which a drop can be played."""
        return tuple(name for name, platform in self._platforms.items() if isinstance(platform, Rehearses))

    def playing(self, dialogue_id: str) -> bool:
        """Whether this dialogue's drill is under way."""
        return self._playing == dialogue_id

    def begin(self, dialogue_id: str, plan: Plan, course: Course) -> bool:
        """Start a drill; False while another one is under way, or where the platform can't be rehearsed."""
        platform = self._platforms.get(plan.wish.venue.platform)
        if self._playing is not None or not isinstance(platform, Rehearses):
            return False
        self._playing = dialogue_id
        self._task = asyncio.create_task(self._run(dialogue_id, plan, course, platform), name="drill")
        return True

    def end(self, dialogue_id: str) -> None:
        """Stop this dialogue's drill, if it is under way."""
        if self._task is not None and self.playing(dialogue_id):
            self._playing = None
            self._task.cancel()

    async def aclose(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, dialogue_id: str, plan: Plan, course: Course, platform: Rehearses) -> None:
        ended = Ended.FAILED
        try:
            ended = await self._play(dialogue_id, plan, course, platform)
        except Exception:
            log.exception("A drill for plan %s broke off.", plan.id)
        finally:
            if self._task is asyncio.current_task():
                self._playing = None
        await self._write(dialogue_id, lambda draft: replace(draft, ended=ended.value))

    async def _play(self, dialogue_id: str, plan: Plan, course: Course, platform: Rehearses) -> Ended:
        for number in range(course.rounds):
            now = self._clock.now()
            near = await self._database.read(lambda tx, now=now: drops.near(tx, now, AWAY_FROM_DROPS))
            if near is not None:
                return Ended.GAVE_WAY
            over = await play(
                platform, plan.wish, zone=plan.zone, course=course, number=number, clock=self._clock
            )
            await self._write(dialogue_id, lambda draft, over=over: _with(draft, over))
        return Ended.PLAYED

    async def _write(self, dialogue_id: str, change: Callable[[DrillDraft], DrillDraft]) -> None:
        """Keep the progress, and have the card drawn again."""
        now = self._clock.now()

        def write(tx: Connection) -> None:
            row = dialogues.get(tx, dialogue_id)
            if row is None or not row.open or row.flow != "drill":
                return
            draft = change(codec.load(DrillDraft, row.draft))
            dialogues.save(tx, replace(row, draft=codec.dump(DrillDraft, draft), updated_at=now))
            outgoing.draw(tx, row, now=now)

        await self._database.write(write)
        self._bell.ring()


def _with(draft: DrillDraft, over: Round) -> DrillDraft:
    return replace(draft, played=(*draft.played, played(over)))
