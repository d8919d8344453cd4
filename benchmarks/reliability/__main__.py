"""``python -m benchmarks.reliability``: run the proofs, print a table of figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.reliability.crashes import r15
from benchmarks.reliability.dates import r5
from benchmarks.reliability.exports import TOOLS, r6, r7
from benchmarks.reliability.hostile import r8
from benchmarks.reliability.loading import r1, r2, r3
from benchmarks.reliability.mutants import r16
from benchmarks.reliability.shapes import r4
from benchmarks.reliability.trials import Proof, Trial, say

PROOFS: dict[str, Proof] = {"R1": r1, "R2": r2, "R3": r3, "R4": r4, "R5": r5, "R6": r6, "R7": r7, "R8": r8, "R15": r15}
LONGER: dict[str, Proof] = {"R16": r16}
"""Run only when asked for by name."""
LIBRARIES = ("rdflib", "pyoxigraph", "pyshacl", "networkx", "pandas", "hypothesis")


def line(trial: Trial) -> str:
    """A row of the table."""
    return f"| {trial.promise} | {trial.what} | {trial.done:,} | {trial.result} | {trial.seconds:,.0f} |"


def conditions(seed: int) -> str:
    """Versions, date and seed."""
    known = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in LIBRARIES)]
    known += [f"{tool} {'there' if shutil.which(tool) else 'missing'}" for tool in (*TOOLS, "soffice")]
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, seed {seed}, commit {done.stdout.strip() or '?'}; {where}; {', '.join(known)}."
    )


def main() -> int:
    """Run what is asked for; 1 where anything failed."""
    known = PROOFS | LONGER
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability", description=__doc__)
    parser.add_argument("--only", metavar="R1,R4", help=f"some of {', '.join(known)}; R16 runs only when named")
    parser.add_argument("--share", type=float, default=1.0, help="a part of the full figures, 0.01 say")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--failures", type=int, default=20, metavar="N", help="how many failures to print of each")
    given = parser.parse_args()
    chosen = given.only.split(",") if given.only else list(PROOFS)
    if unknown := set(chosen) - set(known):
        parser.error(f"no proof {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    print("| promise | what was run | figure | result | seconds |\n|---|---|---:|---|---:|", flush=True)
    failed = False
    for name in chosen:
        trial = known[name](given.share, given.seed)
        print(line(trial), flush=True)
        for failure in trial.failures[: given.failures]:
            say(f"{name}: {json.dumps(failure)}")
        failed |= bool(trial.failures)
    print(f"\n{conditions(given.seed)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
