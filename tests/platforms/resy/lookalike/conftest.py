"""A scene, served."""

import pytest

from platforms.resy.lookalike import serving
from tests.platforms.resy.lookalike.scene import Scene


@pytest.fixture
async def scene():
    scene = Scene()
    async with serving(scene.world) as url:
        scene.url = url
        yield scene
        await scene.http.aclose()
