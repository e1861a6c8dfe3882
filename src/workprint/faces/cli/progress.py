"""Progress: one line that moves on a terminal, one line an order elsewhere, always with the time left."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable

from workprint.faces.cli.screen import JsonStream, format_seconds, make_printable, paint, say
from workprint.film.event import Event

TRUSTED_SHARE = 0.1
"""Below a tenth of the work the pace is mostly start-up, and the time left would frighten."""


class Progress:
    """Hears the events of a run and shows how far it is.

    The time left is the planned CPU seconds not done yet, divided by how many planned seconds this run has got
    done per second so far: it corrects itself for the machine at hand.
    """

    def __init__(self, stream: JsonStream | None, now: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._now = now
        self._moving = sys.stderr.isatty()
        self._began = now()
        self._planned = 0.0
        self._done = 0.0
        self._to_make = 0
        self._made = 0
        self._running: dict[str, str] = {}

    def hear(self, event: Event) -> None:
        """Take in one event."""
        if self._stream is not None:
            data = {"number": event.number, "trace": event.trace, "at_us": event.when.micros, "subject": event.subject}
            self._stream.send(event.kind, **data, **event.data)
            return
        handler = getattr(self, "_hear_" + event.kind.replace("-", "_"), None)
        if handler is not None:
            handler(event)

    def _hear_run_started(self, event: Event) -> None:
        self._began = self._now()
        self._to_make = int(event.data["to_make"])
        self._planned = float(event.data["estimate_s"])
        for note in event.data.get("notes", ()):
            say(make_printable(note))
        if self._to_make:
            say(f"{self._to_make} to make, about {format_seconds(self._planned / 2)} on two cores")

    def _hear_order_started(self, event: Event) -> None:
        self._running[event.subject] = str(event.data["step"])
        self._show()

    def _hear_order_made(self, event: Event) -> None:
        self._running.pop(event.subject, None)
        self._made += 1
        self._done += float(event.data["estimate_s"])
        if self._moving:
            self._show()
        else:
            step, seconds = event.data["step"], float(event.data["seconds"])
            say(f"{self._count()}  made {event.subject} ({step}, {seconds:.1f} s){self._left()}")

    def _hear_order_failed(self, event: Event) -> None:
        self._running.pop(event.subject, None)
        self._clear()
        say(f"{paint('failed', 'red', sys.stderr)} {event.subject}: {event.data['why']}")

    def _hear_gate_approved(self, event: Event) -> None:
        self._clear()
        say(f"gate {event.subject}: approved by {event.data['who']}")

    def _hear_gate_warns(self, event: Event) -> None:
        self._clear()
        say(f"gate {event.subject}: {'; '.join(event.data['reasons'])}")

    def _hear_run_finished(self, event: Event) -> None:
        self._clear()

    def _hear_run_stopped(self, event: Event) -> None:
        self._clear()

    def _count(self) -> str:
        return f"{min(self._made, self._to_make)}/{self._to_make}"

    def _left(self) -> str:
        elapsed = self._now() - self._began
        if self._done < TRUSTED_SHARE * self._planned or elapsed <= 0 or self._planned <= self._done:
            return ""
        return f", {format_seconds((self._planned - self._done) * elapsed / self._done)} left"

    def _show(self) -> None:
        if not self._moving:
            return
        width = shutil.get_terminal_size().columns
        share = self._done / self._planned if self._planned else 0.0
        bar = "#" * int(24 * min(1.0, share))
        names = ", ".join(f"{step} {name}" for name, step in list(self._running.items())[:2])
        line = f"[{bar:<24}] {self._count()}{self._left()}  {names}"
        sys.stderr.write("\r\x1b[K" + line[: width - 1])
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._moving:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
