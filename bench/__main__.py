"""`python -m bench [ROW ...]`: one table, with a bar and a verdict a row; exits 1 when a bar is passed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.buying import KILLS as PAID_KILLS
from bench.buying import RACES, measure_kills, measure_overhead, measure_races
from bench.crashes import KILLS, measure_crashes
from bench.cutting import measure_cutting
from bench.designs import measure_designs
from bench.films import measure_film, measure_help
from bench.plans import measure_plans
from bench.stage import measure_stage
from bench.table import Row, describe_load, format_table


def main() -> int:
    """Measure the rows asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows of the table, by name (all of them)")
    parser.add_argument("--kills", type=int, default=KILLS, help=f"how many kills the row `kills` takes ({KILLS})")
    parser.add_argument(
        "--paid-kills", type=int, default=PAID_KILLS, help=f"how many the row `paid_kills` takes ({PAID_KILLS})"
    )
    parser.add_argument("--races", type=int, default=RACES, help=f"how many races the row `cap_race` takes ({RACES})")
    parsed = parser.parse_args()
    measures: dict[str, Callable[[Path], Iterator[Row]]] = {
        "help": measure_help,
        "plan": measure_plans,
        "designs": measure_designs,
        "cutting": measure_cutting,
        "film15": lambda folder: measure_film("film15", "brief.yaml", folder),
        "film30": lambda folder: measure_film("film30", "brief-30s.yaml", folder),
        "stage": measure_stage,
        "kills": lambda folder: measure_crashes(folder, parsed.kills),
        "buying": measure_overhead,
        "paid_kills": lambda folder: measure_kills(folder, parsed.paid_kills),
        "cap_race": lambda folder: measure_races(folder, parsed.races),
    }
    unknown = [name for name in parsed.rows if name not in measures]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(measures)}")
    rows: list[Row] = []
    for name in parsed.rows or measures:
        sys.stderr.write(f"measuring {name} ({describe_load()})\n")
        with tempfile.TemporaryDirectory(prefix="workprint-bench-") as folder:
            rows += measures[name](Path(folder))
    sys.stdout.write(format_table(rows) + "\n")
    failed = [row.name for row in rows if row.passed is False]
    sys.stdout.write(f"{describe_load()}; {'all bars held' if not failed else 'failed: ' + ', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
