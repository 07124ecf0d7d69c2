"""`make mutants`: makes the product wrong in one line at a time, and asks which tests notice.

A mutant that no test kills is a hole in the tests: the run names it and ends with 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from mutants.declared import MutantError, declared
from mutants.running import Verdict, survey

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Judge the mutants that are asked for; 1 when one survived or could not be judged."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="mutants to judge, by name; all when none is given"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many are judged at once")
    asked = parser.parse_args()
    began = time.monotonic()
    try:
        mutants = [m for m in declared() if not asked.names or m.name in asked.names]
        if unknown := set(asked.names) - {mutant.name for mutant in mutants}:
            parser.error(f"There is no mutant named {', '.join(sorted(unknown))}.")
        verdicts = survey(ROOT, mutants, asked.jobs, _tell)
    except MutantError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    alive = [verdict for verdict in verdicts if verdict.fate != "killed"]
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    sys.stdout.write(
        f"{len(verdicts)} mutants, {len(verdicts) - len(alive)} killed, {len(alive)} not,"
        f" in {minutes} min {seconds} s.\n"
    )
    return 1 if alive else 0


def _tell(verdict: Verdict) -> None:
    mutant = verdict.mutant
    sys.stdout.write(f"{verdict.fate:8} {verdict.seconds:5.1f} s  {mutant.name}")
    if verdict.fate == "killed":
        sys.stdout.write(f"  by {verdict.told}\n")
    else:
        sys.stdout.write(f" ({mutant.at})\n{mutant.leak}\n{verdict.told}\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
