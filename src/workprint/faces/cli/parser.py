"""The verbs, their arguments and their help. Imports nothing heavy, so that `--help` answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

EPILOG = """\
examples:
  workprint new "a 15 second vertical ad for the Ember lamp, $129, warm" --pictures ./photos --cap 0
  workprint plan                      what would be made, why, what it costs, how long it takes
  workprint produce                   make it; the film lands in out/
  workprint produce --only S02 --draft    a fast look at one scene
  workprint approve dailies           let a waiting gate pass

exit codes:
  0 done   1 failed   2 wrong use or a wrong brief   3 the plan has changes (plan --detailed-exitcode)
  4 an optional part or a key is missing   5 waiting at a gate   6 budget refused   7 quality refused
  8 a provider did not make it (the message says what it cost)   9 the saved plan is stale
  10 somebody else is producing here   130 stopped by Ctrl-C
"""


class Help(argparse.RawDescriptionHelpFormatter):
    """Help with the examples as written and a readable width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=110)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="workprint",
        description="Workprint takes a brief to a delivered master: planned, gated, on budget, repeatable.",
        epilog=EPILOG,
        formatter_class=Help,
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for add in (_add_new, _add_plan, _add_produce, _add_takes, _add_family, _add_views, _add_rulings, _add_upkeep):
        add(verbs)
    return parser


Verbs = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _verb(verbs: Verbs, name: str, about: str, code: str, *, json: bool = True) -> argparse.ArgumentParser:  # type: ignore[valid-type]
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=about, description=about, formatter_class=Help)  # type: ignore[attr-defined]
    parser.set_defaults(code=code)
    parser.add_argument("-C", "--project", type=Path, default=Path(), metavar="DIR", help="the project folder (here)")
    parser.add_argument("--brief", default="brief.yaml", metavar="FILE", help="another brief of the same folder")
    if json:
        parser.add_argument("--json", action="store_true", help="a line of JSON an event, on standard output")
    return parser


def _add_new(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(verbs, "new", "make a project with a brief that runs as it is", "making:run_new")
    parser.add_argument("sentence", nargs="?", default="", help='what to make: "a 15 second vertical ad for ..."')
    parser.add_argument("--into", type=Path, metavar="DIR", help="the folder to make (named after the product)")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="a folder with the product's pictures and logo")
    parser.add_argument("--cap", type=float, metavar="USD", help="the budget cap in US dollars; 0 is a cap too")
    parser.add_argument("--approve", choices=("auto", "person"), default="auto", help="who approves at gates (auto)")


def _scope(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", default="", metavar="SCENE", help="one scene: S02, or its id")
    parser.add_argument(
        "--draft", action="store_true", help="small and quick; the film's own versions stay as they are"
    )


def _add_plan(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(verbs, "plan", "show what would be made, kept, replaced, blocked, and why", "making:run_plan")
    _scope(parser)
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="save the plan; `produce FILE` does just that"
    )
    parser.add_argument("--all", action="store_true", help="list what is kept, too")
    parser.add_argument("--detailed-exitcode", action="store_true", help="exit 3 when something would be made")


def _add_produce(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(verbs, "produce", "make what the plan says, and deliver it into out/", "making:run_produce")
    parser.add_argument("plan", nargs="?", type=Path, help="a saved plan; refused when it is stale")
    _scope(parser)
    parser.add_argument("--yes", action="store_true", help="spend what the plan says without asking")


def _add_takes(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _take_verb(verbs, "vary", "make more takes of a shot, each with another seed; the film stays as it is")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many (1)")
    parser.add_argument("--seed", type=int, metavar="S", help="the first one's seed, the others count up from it")
    _consent(parser)
    parser = _take_verb(verbs, "restyle", "make the take in the film in another style: same shot, same seed")
    parser.add_argument("--style", default="", metavar="WORDS", help='words of style: "night, neon, wet asphalt"')
    parser.add_argument("--palette", default="", choices=("warm", "cool", "neutral"), help="a palette hint")
    parser.add_argument("--grade", default="", metavar="none|palette|soft|vivid", help="a grade for this shot")
    _consent(parser)
    parser = _take_verb(verbs, "extend", "make the take in the film longer, from its last frame on")
    parser.add_argument("--seconds", type=float, required=True, metavar="X", help="how much longer")
    parser.add_argument("--on-screen", action="store_true", help="show it: the next shot of the scene starts later")
    _consent(parser)
    parser = _take_verb(verbs, "replace", "put your own footage in a shot's place; the edit stays as it is")
    parser.add_argument("file", type=Path, help="a film: mp4, mov, mkv or webm; longer than the shot is fine")
    parser = _take_verb(verbs, "takes", "the takes of a shot: how they differ, what they cost, which is in the film")
    parser.add_argument("--history", action="store_true", help="who decided what about the shot, when and why")
    parser.add_argument("--drop", type=int, metavar="TAKE", help="give up a take that is not made, or not wanted")
    parser = _take_verb(verbs, "choose", "put a take into the film; choose another one to undo it")
    parser.add_argument("take", type=int, help="the number of the take, as `workprint takes` lists it")


def _add_family(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(verbs, "family", "the film in other shapes, cut from what was paid for once", "taking:run_family")
    parser.add_argument("--aspects", required=True, metavar="A,B", help="shapes: 1:1,16:9")
    parser.add_argument("--reason", default="", help="why, for the record")


def _take_verb(verbs: Verbs, name: str, about: str) -> argparse.ArgumentParser:  # type: ignore[valid-type]
    parser = _verb(verbs, name, about, f"taking:run_{name}")
    parser.add_argument("shot", help="a shot (SC02_SH01), a clip's name, or a scene of one shot (S02)")
    parser.add_argument("--reason", default="", help="why, for the record")
    return parser


def _consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only show what would be made and what it costs")
    parser.add_argument("--yes", action="store_true", help="spend what the plan says without asking")


def _add_views(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(verbs, "watch", "follow a production that runs in another process", "views:run_watch")
    _verb(verbs, "status", "scenes, shots, locks, gates, money, and what to do next", "views:run_status")
    parser = _verb(verbs, "show", "everything known about one asset: versions, recipe, prompt, files", "views:run_show")
    parser.add_argument("name", help="an asset name such as SC01_SH01_CLIP_hero, a slate, or a scene")
    parser = _verb(
        verbs, "cost", "the ledger: spent, reserved, cap, by step, shot and finished minute", "views:run_cost"
    )
    parser.add_argument("--csv", action="store_true", help="every ledger line as CSV")
    _add_jobs(verbs)
    _add_rehearse(verbs)


def _add_rehearse(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(
        verbs, "rehearse", "play a paid production through with fake providers, for nothing", "rehearsing:run_rehearse"
    )
    parser.add_argument("--providers", default="", metavar="A,B,C", help="who is played (three that recover well)")
    parser.add_argument("--mood", choices=("calm", "usual", "rough"), default="usual", help="what goes wrong (usual)")
    parser.add_argument("--cap", metavar="USD", help="the budget cap of the rehearsal (the brief's)")


def _add_jobs(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(verbs, "jobs", "what runs, ran or hangs at providers; decide what became of it", "jobs:run_jobs")
    deeds = ("list", "show", "resolve", "cancel")
    parser.add_argument("deed", nargs="?", choices=deeds, default="list", help="what to do (list)")
    parser.add_argument("job", nargs="?", default="", help="an attempt, its ticket, or the name of a shot")
    parser.add_argument("--taken", default="", metavar="TICKET", help="a held one was taken, under this ticket")
    parser.add_argument("--not-taken", action="store_true", help="a held one was never taken: give its price back")
    parser.add_argument("--write-off", action="store_true", help="nobody knows: book a held one as charged")
    parser.add_argument("--again", action="store_true", help="let what was lost or refused be bought once more")
    parser.add_argument("--charge", metavar="USD", help="what one that is over really cost")
    parser.add_argument("--reason", default="", help="why")


def _add_rulings(verbs: Verbs) -> None:  # type: ignore[valid-type]
    for name, about in (
        ("approve", "let a gate that waits, or blocks softly, pass"),
        ("override", "let a gate pass although it blocks; takes an admin and a reason, and is logged"),
    ):
        parser = _verb(verbs, name, about, f"ruling:run_{name}")
        parser.add_argument("gate", help="the gate's name, as produce and status print it")
        parser.add_argument("--reason", default="", required=name == "override", help="why")
    for name, about in (
        ("lock", "pin the current clips of a scene or shot: they are never made again by themselves"),
        ("unlock", "release a pin, with a reason; `unlock picture` releases the picture lock"),
    ):
        parser = _verb(verbs, name, about, f"ruling:run_{name}")
        parser.add_argument("name", help="a scene (S02), a shot (SC02_SH01), a clip's name, or all")
        parser.add_argument("--reason", default="", required=name == "unlock", help="why")


def _add_upkeep(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(
        verbs, "deliver", "put the finished film and all that goes with it into a folder", "upkeep:run_deliver"
    )
    parser.add_argument("--to", type=Path, metavar="DIR", help="where to (out/)")
    parser = _verb(verbs, "verify", "check the vault and the records against each other", "upkeep:run_verify")
    parser.add_argument("--deep", action="store_true", help="read every stored byte again")
    _verb(verbs, "doctor", "check this machine, this installation, and the keys of providers", "doctoring:run_doctor")
    parser = _verb(verbs, "backup", "one file with the project, its vault and its records", "upkeep:run_backup")
    parser.add_argument("file", type=Path, help="the file to write, such as ad.workprint.zip")
    parser = _verb(verbs, "restore", "unpack a backup into an empty folder, every byte checked", "upkeep:run_restore")
    parser.add_argument("file", type=Path, help="the backup")
    parser.add_argument("into", type=Path, help="an empty or new folder")
    parser = _verb(verbs, "gc", "remove stored files that no current version, lock or ruling needs", "upkeep:run_gc")
    parser.add_argument("--keep-versions", type=int, default=2, metavar="N", help="versions to keep of each name (2)")
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    _add_serve(verbs)


def _add_serve(verbs: Verbs) -> None:  # type: ignore[valid-type]
    parser = _verb(verbs, "serve", "listen for providers' webhooks while a production runs", "serving:run_serve")
    parser.add_argument("--hooks", action="store_true", help="serve webhooks, which is all there is to serve for now")
    parser.add_argument("--listen", default="127.0.0.1:8788", metavar="HOST:PORT", help="where (127.0.0.1:8788)")
    parser.add_argument(
        "--behind-proxy", action="store_true", help="a proxy of yours stands in front and writes X-Forwarded-For"
    )


Command = Callable[[argparse.Namespace], int]
