"""Who has to pass: add a platform here, and it gets the whole suite."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.conformance.platforms.fake import fake_stage
from tests.conformance.platforms.garden import garden_stage
from tests.conformance.platforms.house import http_stage, local_stage
from tests.conformance.platforms.resy import resy_stage
from tests.conformance.platforms.stage import Stage

Factory = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Stage]]

FACTORIES: dict[str, Factory] = {
    "fake": lambda _: fake_stage(),
    "house-sqlite": lambda request: local_stage(f"sqlite:///{request.getfixturevalue('tmp_path')}/house.db"),
    "house-postgres": lambda request: local_stage(request.getfixturevalue("postgres_tables_url")),
    "house-http": lambda request: http_stage(request.getfixturevalue("tmp_path")),
    "resy": lambda _: resy_stage(),
    "worked-example": lambda _: garden_stage(),
}


@pytest.fixture(params=FACTORIES)
def factory(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Stage]:
    return FACTORIES[request.param](request)


@pytest.fixture
async def stage(factory: AbstractAsyncContextManager[Stage]) -> AsyncIterator[Stage]:
    async with factory as stage:
        yield stage
