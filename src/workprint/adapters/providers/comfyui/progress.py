"""Progress of a graph from ComfyUI's websocket, where the package `websockets` is there: a comfort, never a need."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from importlib import import_module
from typing import Any

from workprint.lab.exchange import dig, read_json

CONNECT_S = 5.0


class ProgressListener:
    """Listens for each graph until it ends. Without `websockets`, or when nobody answers, progress is not known."""

    def __init__(self, base_url: str) -> None:
        self._address = base_url.replace("http", "ws", 1)
        self._progress: dict[str, float] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, ident: str) -> None:
        """Listen for one graph, in the background."""
        try:
            connect = import_module("websockets.asyncio.client").connect
        except ImportError:
            return
        if ident not in self._tasks:
            self._tasks[ident] = asyncio.create_task(self._listen(connect, ident))

    def progress(self, ident: str) -> float | None:
        """How far a graph is, 0 to 1; None when nothing was heard."""
        return self._progress.get(ident)

    async def _listen(self, connect: Any, ident: str) -> None:
        with suppress(Exception):  # whatever goes wrong here, the queue is polled all the same
            async with connect(f"{self._address}/ws?clientId={ident}", open_timeout=CONNECT_S) as socket:
                async for text in socket:
                    if isinstance(text, str) and not self.hear(ident, text):
                        return

    def hear(self, ident: str, text: str) -> bool:
        """Take one message; whether more may come. Messages of other graphs say nothing."""
        try:
            message = read_json(text)
        except ValueError:
            return True
        kind, data = dig(message, "type"), dig(message, "data")
        if dig(data, "prompt_id") != ident:
            return True
        value, most = dig(data, "value"), dig(data, "max")
        if kind == "progress" and isinstance(value, (int, float)) and isinstance(most, (int, float)) and most > 0:
            self._progress[ident] = min(1.0, max(0.0, value / most))
        return kind not in ("execution_success", "execution_error", "execution_interrupted")

    async def close(self) -> None:
        """Stop listening."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
