"""The child of `process.in_child`: `python -m platforms.resy.lookalike`, with an order on stdin."""

import asyncio

from platforms.resy.lookalike.process import serve_parent

if __name__ == "__main__":
    asyncio.run(serve_parent())
