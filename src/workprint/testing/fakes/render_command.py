"""A render command that behaves as it is told: a small Python program, and the folder through which it is told."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

from workprint.testing.fakes.faults import HTML, Outcome
from workprint.testing.fakes.loopback import Answer
from workprint.testing.fakes.media import make_media
from workprint.testing.fakes.studio import FakeJob, FakeProvider, Route

SCRIPT = """
import json, os, shutil, sys, time
stage, request, output = sys.argv[1:4]
told = json.load(open(request, encoding="utf-8"))
number = len(os.listdir(os.path.join(stage, "calls")))
with open(os.path.join(stage, "calls", "%06d-%d" % (number, os.getpid())), "w") as file:
    json.dump({"argv": sys.argv[4:], "told": told, "environment": sorted(os.environ)}, file)
wishes = sorted(os.listdir(os.path.join(stage, "wishes")))
wish = ""
if wishes:
    path = os.path.join(stage, "wishes", wishes[0])
    wish = open(path).read()
    os.remove(path)
print("PROGRESS 0.4", flush=True)
print("rendering %(width)dx%(height)d" % told, flush=True)
if wish == "FAIL":
    sys.exit("no licence for the renderer")
if wish == "STUCK":
    time.sleep(600)
if wish != "NO_OUTPUT":
    shutil.copyfile(os.path.join(stage, "damaged" if wish == "DAMAGED" else "clip.mp4"), output)
print("PROGRESS 1.0", flush=True)
"""
"""Standard library only: it starts in no time. The clip is always the same one, two seconds long."""

WISHES = {Outcome.FAIL: "FAIL", Outcome.STUCK: "STUCK", Outcome.NO_OUTPUT: "NO_OUTPUT",
          Outcome.CORRUPT_OUTPUT: "DAMAGED", Outcome.HTML_OUTPUT: "DAMAGED", Outcome.CUT_OUTPUT: "DAMAGED"}  # fmt: skip


class FakeRenderCommand(FakeProvider):
    """See `FakeProvider`. Nothing is charged, nothing is sent; `calls` tells what each run was told."""

    provider: ClassVar[str] = "render_command"
    moderates: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._stage = Path(tempfile.mkdtemp(prefix="workprint-fake-render-"))
        for name in ("calls", "wishes"):
            (self._stage / name).mkdir()
        self.script = self._stage / "render.py"
        self.script.write_text(SCRIPT, encoding="utf-8")
        (self._stage / "clip.mp4").write_bytes(make_media("video", 64, 36, 2000, seed=1)[0])
        (self._stage / "damaged").write_bytes(HTML)
        argv = [sys.executable, "-I", str(self.script), str(self._stage), "{request}", "{output}", "{prompt}", "{seed}"]
        self.settings = {"RENDER_COMMAND": json.dumps(argv)}  # type: ignore[misc]

    def routes(self) -> tuple[Route, ...]:
        """None: nothing comes over the wire."""
        return ()

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """There is nothing to ask here."""
        return Answer(status)

    def price(self, job: FakeJob) -> int:
        """Nothing: it is one's own machine."""
        return 0

    def decide(self, *outcomes: Outcome) -> None:
        """What becomes of the next runs, in turn."""
        for outcome in outcomes:
            number = sum(1 for _ in (self._stage / "wishes").iterdir())
            (self._stage / "wishes" / f"{number:06d}").write_text(WISHES.get(outcome, ""), encoding="utf-8")

    def count(self, kind: str) -> int:
        """How many runs there were."""
        return len(self.list_calls()) if kind == "submit" else 0

    def list_calls(self) -> list[dict[str, object]]:
        """What each run was told: its arguments, its request, the names in its environment."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((self._stage / "calls").iterdir())]

    def stop(self) -> None:
        """Remove the program."""
        super().stop()
        shutil.rmtree(self._stage, ignore_errors=True)


FAKE = FakeRenderCommand
