"""The workshop: worker processes, spawned never forked, that end when their owner ends.

A forked worker would inherit the owner's file locks and database handles; a spawned one starts clean. Each worker
watches its owner and exits the moment it is gone, so that kill -9 leaves no orphan.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workprint.film.canonical import Json, decode
from workprint.film.errors import DiskFull, OrderFailed, Remedy, WorkprintError
from workprint.lab.memory import keep_freed_memory
from workprint.ports.disk import NO_ROOM, explain_full
from workprint.ports.maker import Bench, BenchInput, Made

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""A worker uses one core; results must not depend on how many threads a library finds."""

SAFE_PATH = "PYTHONSAFEPATH"
"""Environment variable that has Python look for no modules in the working folder (3.11; the same as `-P`)."""

PR_SET_PDEATHSIG = 1
"""Linux prctl option: the signal a process gets when its parent dies (prctl(2))."""

QUIET = "ignore:resource_tracker"
"""Python's own helper process inherits this: it cleans up after a kill, and need not frighten anybody about it."""

LEAST_ROOM = 65_536
"""Bytes free below which a failed write is put down to the full disk: less than any media library's buffer."""


def start_worker() -> None:
    """Prepare a worker process: one thread a library, deaf to Ctrl-C (its owner decides), gone with its owner."""
    for name in ONE_THREAD:
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_freed_memory()
    owner = multiprocessing.parent_process()
    if owner is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        multiprocessing.connection.wait([owner.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="owner-watch", daemon=True).start()


def carry_out(entry: str, bench: dict[str, Any], scratch: str) -> tuple[str, Any, float]:
    """Do one order's work in this process: ("made", Made, seconds), or ("failed"/"full", message data, seconds).

    Seconds are CPU seconds of this process: they mean the same on a busy machine, and estimates are in them.
    """
    began = time.process_time()
    try:
        made = _load(entry)(_decode_bench(bench, scratch))
    except Exception as error:
        if _is_full(error, scratch):
            return "full", ("", bench["name"], None), time.process_time() - began
        return "failed", _explain(error, bench["name"]), time.process_time() - began
    return "made", made, time.process_time() - began


def _explain(error: Exception, name: str) -> tuple[str, str, tuple[str, str] | None]:
    """Message, place and remedy of a failure a user can meet; any other exception is a fault and raised again."""
    if isinstance(error, WorkprintError):
        remedy = (error.remedy.text, error.remedy.command) if error.remedy else None
        return error.message, error.where or name, remedy
    if isinstance(error, MemoryError):
        return "There was not enough memory.", name, None
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error}", name, None
    raise error


def _is_full(error: BaseException, scratch: str) -> bool:
    """Whether a full disk is behind a failure. Many media libraries only say that they could not write, so the
    disk itself is asked too: what was half written still fills it.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DiskFull) or (isinstance(cause, OSError) and cause.errno in NO_ROOM):
            return True
        cause = cause.__cause__ or cause.__context__
    return shutil.disk_usage(scratch).free < LEAST_ROOM


def _load(entry: str) -> Callable[[Bench], Made]:
    module, _, name = entry.partition(":")
    function: Callable[[Bench], Made] = getattr(importlib.import_module(module), name)
    return function


def _decode_bench(data: dict[str, Any], scratch: str) -> Bench:
    module, _, name = data["payload_type"].partition(":")
    kind = getattr(importlib.import_module(module), name)
    inputs = {
        role: BenchInput(tuple(Path(path) for path in item["paths"]), tuple(item["media_types"]), item["facts"])
        for role, item in data["inputs"].items()
    }
    payload = decode(kind, data["payload"])
    return Bench(data["step"], data["name"], payload, inputs, data["seed"], Path(scratch), lambda fraction: None)


@contextmanager
def hide_main() -> Iterator[None]:
    """Keep a new worker from importing the owner's script: one without a main guard would produce again in it.

    A worker finds its work by module name, so it needs nothing of the script. Processes start inside `submit`.
    """
    main = sys.modules["__main__"]
    file, spec = main.__dict__.pop("__file__", None), main.__spec__
    main.__spec__ = None
    try:
        yield
    finally:
        main.__spec__ = spec
        if file is not None:
            main.__file__ = file


@contextmanager
def distrust_folder() -> Iterator[None]:
    """Keep a new worker, and Python's helper process, from running modules of the working folder.

    Both are started as `python -c`, which looks there first: a project's socket.py would be run. Of the owner's
    environment nothing stays changed, as its other children (a render command) may want their own folder.
    """
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


class SpawnWorkshop:
    """A pool of worker processes, one a core. A worker that dies is replaced, and its order tried once more."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._pool: ProcessPoolExecutor | None = None

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            if QUIET not in sys.warnoptions:
                sys.warnoptions.append(QUIET)
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._width, mp_context=context, initializer=start_worker)
        return self._pool

    async def run(self, entry: str, bench: Json, scratch: Path) -> tuple[Made, float]:
        """Carry out an order in a worker; see the port."""
        try:
            outcome = await self._submit(entry, bench, scratch)
        except BrokenProcessPool:
            try:
                outcome = await self._submit(entry, bench, scratch)
            except BrokenProcessPool as error:
                remedy = Remedy("free some memory and run it again; what is made is kept", "workprint produce")
                message = "The worker process died twice, most likely for want of memory."
                raise OrderFailed(message, where=bench["name"], remedy=remedy) from error
        kind, result, seconds = outcome
        if kind == "made":
            return result, seconds
        message, where, remedy_parts = result
        if kind == "full":
            raise explain_full(where)
        raise OrderFailed(message, where=where, remedy=Remedy(*remedy_parts) if remedy_parts else None)

    async def _submit(self, entry: str, bench: Json, scratch: Path) -> tuple[str, Any, float]:
        with distrust_folder():
            pool = self._open()
        try:
            with hide_main(), distrust_folder():
                task = asyncio.get_running_loop().run_in_executor(pool, carry_out, entry, bench, str(scratch))
            return await task
        except BrokenProcessPool:
            # Every order of a broken pool comes here; only the first may drop it, or it would drop the new one.
            if self._pool is pool:
                self._pool = None
            raise

    def close(self) -> None:
        """End all workers now; work under way is thrown away, what was recorded stays."""
        if self._pool is not None:
            processes = list((self._pool._processes or {}).values())
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()
            for process in processes:
                process.join()
            self._pool = None
