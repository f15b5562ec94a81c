"""The way of a datum through our files, as a real run takes it: who handed it to whom, across tasks."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Self, TypeVar

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT / part}/" for part in ("bot", "core", "platforms"))

T = TypeVar("T")

_came_by: ContextVar[tuple[str, ...]] = ContextVar("came_by", default=())
"""The files through which the present task came about."""


@dataclass(frozen=True)
class End:
    """Where a way ends: the first call of a function, of those whose arguments are `meant`."""

    function: Callable[..., object]
    meant: Callable[[Mapping[str, object]], bool] = lambda _: True


class Walk:
    """`with Walk(armed=End(jobs.add)) as walk:` and then `walk.files["armed"]`.

    A profile hook waits for each end; what it keeps are the files of those who called, the outermost first and each
    once, and before them the files of whoever began the task that it runs in.
    """

    def __init__(self, **ends: End) -> None:
        self.files: dict[str, list[str]] = {}
        self._ends: dict[CodeType, tuple[str, End]] = {
            _code(end.function): (name, end) for name, end in ends.items()
        }

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._loop.set_task_factory(self._begin)
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        self._loop.set_task_factory(None)

    def since(self, file: str, *names: str) -> list[str]:
        """The files of these ways, one after the other, from `file` on."""
        passed = [each for name in names for each in self.files[name]]
        return list(dict.fromkeys(passed[passed.index(file) :]))

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        if event != "call" or frame.f_code not in self._ends:
            return
        name, end = self._ends[frame.f_code]
        if name not in self.files and end.meant(frame.f_locals):
            self.files[name] = list(dict.fromkeys((*_came_by.get(), *_callers(frame))))

    def _begin(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, T] | Generator[Any, None, T],
        /,
        *,
        context: Context | None = None,
        **more: Any,
    ) -> asyncio.Task[T]:
        context = context or copy_context()
        came_by = dict.fromkeys((*_came_by.get(), *_callers(sys._getframe())))
        context.run(_came_by.set, tuple(came_by))
        return asyncio.Task(work, loop=loop, context=context, **more)


def _callers(frame: FrameType | None) -> list[str]:
    """Our files on the stack, the outermost first."""
    found: list[str] = []
    while frame is not None:
        if frame.f_code.co_filename.startswith(OURS):
            found.append(str(Path(frame.f_code.co_filename).relative_to(ROOT)))
        frame = frame.f_back
    return found[::-1]


def _code(function: Callable[..., object]) -> CodeType:
    return getattr(function, "__func__", function).__code__
