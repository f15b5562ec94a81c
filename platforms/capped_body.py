"""The body of an answer, unpacked piece by piece and never longer than an honest one."""

import zlib
from collections.abc import AsyncGenerator, AsyncIterable

import httpx

LARGEST = 4 << 20
"""Bytes, unpacked. An evening has a few hundred thousand of slots; what is read from text takes many times as much."""
_PIECE = 1 << 16
_PACKED = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class TooLarge(httpx.ReadError):
    """The answer was left unread at `LARGEST`."""

    def __init__(self) -> None:
        super().__init__(f"its answer is larger than {LARGEST >> 20} MB, so it is not read")


def capped(answer: httpx.Response) -> httpx.Response:
    """The same answer; reading it raises `TooLarge` instead of taking all the memory there is."""
    assert isinstance(answer.stream, httpx.AsyncByteStream)
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    headers = answer.headers.copy()
    if encoding in _PACKED:  # unpacked here, so that httpx does not do it: all at once, however much it is
        del headers["Content-Encoding"]
        headers.pop("Content-Length", None)
    return httpx.Response(
        answer.status_code,
        headers=headers,
        stream=_Capped(answer.stream, _PACKED.get(encoding)),
        request=answer.request,
        extensions=answer.extensions,
    )


class _Capped(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, packed: int | None) -> None:
        self._stream = stream
        self._packed = packed

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        length = 0
        pieces = self._stream if self._packed is None else _unpacked(self._stream, self._packed)
        async for piece in pieces:
            length += len(piece)
            if length > LARGEST:
                raise TooLarge
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _unpacked(stream: AsyncIterable[bytes], window: int) -> AsyncGenerator[bytes]:
    unpacker = zlib.decompressobj(window)
    begun = False
    try:
        async for packed in stream:
            if not begun and window == zlib.MAX_WBITS and packed and packed[0] & 0x0F != zlib.DEFLATED:
                unpacker = zlib.decompressobj(
                    -window
                )  # some servers call it deflate and leave the header out
            begun = begun or bool(packed)
            piece = unpacker.decompress(packed, _PIECE)
            while piece:
                yield piece
                # Some of it may be held back though all that came has been read.
                piece = unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
    except zlib.error as error:
        raise httpx.DecodingError(f"its answer does not unpack: {error}") from None
