"""A program that runs another and ends it when its own standard input ends: what it keeps never outlives its owner.

Run by path with the standard library alone: `python -I kept_process.py PROGRAM ARGUMENT...`. However the owner ends,
its end of the pipe closes; then the program and all that it started in its session are killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

NOT_FOUND = 127
"""Exit code for a program that cannot be started, as shells use it."""


def main(arguments: list[str]) -> int:
    """Run a program to its end; its exit code, or 128 and the signal that ended it."""
    try:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        sys.stderr.write(f"cannot start {arguments[0]}: {error.strerror}\n")
        return NOT_FOUND

    def watch() -> None:
        while os.read(0, 4096):
            pass
        _kill(process.pid)

    threading.Thread(target=watch, daemon=True).start()
    code = process.wait()
    # What the program left running in its session ends with it.
    _kill(process.pid)
    return code if code >= 0 else 128 - code


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    # The watching thread still reads: do not wait for it.
    os._exit(code)
