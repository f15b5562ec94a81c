"""Whatever a server answers, so much of it is read and no more."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from platforms.capped_body import LARGEST, TooLarge, capped
from platforms.http import transport
from tests.fakes.server import serving
from tests.platforms.resy.scene import Said, Scripted

WORDS = b'{"slots": [' + b'"a table for four", ' * 5000 + b"null]}"


class Pieces(httpx.AsyncByteStream):
    def __init__(self, body: bytes, size: int) -> None:
        self._body = body
        self._size = size
        self.given = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for at in range(0, len(self._body), self._size):
            self.given += 1
            yield self._body[at : at + self._size]

    async def aclose(self) -> None:
        self.closed = True


def answer(stream: httpx.AsyncByteStream, encoding: str = "") -> httpx.Response:
    headers = {"Content-Encoding": encoding} if encoding else {}
    return capped(
        httpx.Response(200, headers=headers, stream=stream, request=httpx.Request("GET", "http://x"))
    )


def raw(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", WORDS),
        ("gzip", gzip.compress(WORDS)),
        ("GZIP", gzip.compress(WORDS)),
        ("deflate", zlib.compress(WORDS)),
        ("deflate", raw(WORDS)),
    ],
)
async def test_an_honest_answer_is_read_however_it_is_packed(encoding, body, size):
    assert await answer(Pieces(body, size), encoding).aread() == WORDS


async def test_what_does_not_unpack_is_an_error_of_the_wire():
    with pytest.raises(httpx.DecodingError):
        await answer(Pieces(b"no gzip", 3), "gzip").aread()


async def test_a_small_answer_that_unpacks_to_a_large_one_is_left_unread_and_takes_no_memory():
    packed = gzip.compress(bytes(100 * LARGEST))
    assert len(packed) < 500_000
    stream = Pieces(packed, 1 << 14)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="larger than 4 MB"):
            await answer(stream, "gzip").aread()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * LARGEST
    assert stream.given < 5


async def test_an_answer_without_end_is_left_and_its_connection_closed():
    packed = gzip.compress(bytes(100 * LARGEST))
    server = Scripted()
    server.says = Said(body=packed, headers={"Content-Encoding": "gzip"})
    async with (
        serving(server) as url,
        httpx.AsyncClient(base_url=url, transport=transport(keep_alive=30)) as client,
    ):
        with pytest.raises(TooLarge):
            await asyncio.wait_for(client.get("/"), 10)
        server.says = Said(body=bytes(LARGEST + 1))
        with pytest.raises(TooLarge):
            await asyncio.wait_for(client.get("/"), 10)
        server.says = Said(body=gzip.compress(WORDS), headers={"Content-Encoding": "gzip"})
        assert (await client.get("/")).content == WORDS
