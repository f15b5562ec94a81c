"""The way of a datum through our files, as a real run takes it: who handed it to whom, across tasks."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from pathlib import Path
from types import CodeType, FrameType
from typing import Self

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT / part}/" for part in ("bot", "core", "platforms"))

_came_by: ContextVar[tuple[str, ...]] = ContextVar("came_by", default=())
"""The files through which the present task came about."""


class Walk:
    """`with Walk({"armed": jobs.add}) as walk:` and then `walk.files["armed"]`.

    A profile hook waits for the first call of each function; what it keeps are the files of those who called it, the
    outermost first and each once, and before them the files of whoever began the task it runs in.
    """

    def __init__(self, ends: dict[str, Callable[..., object]]) -> None:
        self.files: dict[str, list[str]] = {}
        self._ends: dict[CodeType, str] = {_code(end): name for name, end in ends.items()}

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._loop.set_task_factory(self._begin)
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        self._loop.set_task_factory(None)

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (name := self._ends.get(frame.f_code)) is not None and name not in self.files:
            self.files[name] = _each_once((*_came_by.get(), *_callers(frame)))

    def _begin(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, object], **more: object
    ) -> asyncio.Task[object]:
        context = more.pop("context", None) or copy_context()
        came_by = (*_came_by.get(), *_callers(sys._getframe()))
        context.run(_came_by.set, tuple(_each_once(came_by)))
        return asyncio.Task(work, loop=loop, context=context, **more)


def _callers(frame: FrameType | None) -> list[str]:
    """Our files on the stack, the outermost first."""
    found: list[str] = []
    while frame is not None:
        if frame.f_code.co_filename.startswith(OURS):
            found.append(str(Path(frame.f_code.co_filename).relative_to(ROOT)))
        frame = frame.f_back
    return found[::-1]


def _each_once(files: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(files))


def _code(function: Callable[..., object]) -> CodeType:
    return getattr(function, "__func__", function).__code__
