"""The steps of attempts: written in batches, read as a timeline."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select

from core.domain.job_state import JobState
from core.domain.step import SHAPES, Step, StepKind, detail_of
from core.persistence.codec import load
from core.persistence.tables import jobs, steps


def append(tx: Connection, job_id: int, batch: Sequence[Step]) -> None:
    """Keep a batch of steps."""
    rows = [
        {
            "job_id": job_id,
            "attempt": step.attempt,
            "at": step.at,
            "kind": step.kind.value,
            "detail": _json(detail_of(step.what)),
        }
        for step in batch
    ]
    if rows:
        tx.execute(insert(steps), rows)


def _json(detail: Mapping[str, str | int]) -> str:
    """What a platform said may hold half a character, which nobody could read again."""
    return json.dumps(detail, ensure_ascii=False).encode(errors="replace").decode()


def of_job(tx: Connection, job_id: int) -> Sequence[Step]:
    """A job's steps in the order in which they were written."""
    rows = tx.execute(select(steps).where(steps.c.job_id == job_id).order_by(steps.c.id)).all()
    return [_step(row) for row in rows]


def of_plan(tx: Connection, plan_id: str) -> Sequence[Step]:
    """The steps of every job a plan had."""
    mine = select(jobs.c.id).where(jobs.c.plan_id == plan_id)
    rows = tx.execute(select(steps).where(steps.c.job_id.in_(mine)).order_by(steps.c.id)).all()
    return [_step(row) for row in rows]


def forget(tx: Connection, *, before: datetime, most: int) -> None:
    """Drop the steps of jobs that ended before then, so many at once."""
    over = [state.value for state in JobState if state.over]
    ended = jobs.c.state.in_(over) & (jobs.c.updated_at < before)
    old = select(steps.c.id).join(jobs, jobs.c.id == steps.c.job_id).where(ended).limit(most)
    tx.execute(delete(steps).where(steps.c.id.in_(old)))


def _step(row: Row[tuple[object, ...]]) -> Step:
    return Step(at=row.at, attempt=row.attempt, what=load(SHAPES[StepKind(row.kind)], row.detail))
