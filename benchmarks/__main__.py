"""`make bench`, or `python -m benchmarks [parts] [options]`: see README.md."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from platform import python_version

os.environ |= {"SECRET_KEY": "a-key-that-only-the-benchmarks-know-0123", "ALLOW_SIGN_UP": "true", "DEMO_DATA": "false"}
PYTHON = sys.executable, "-W", "ignore"
PARTS = "hot", "endpoints", "growth", "start"
GROWING = (
    *("getLogs", "getLogs, far behind", "getLogs, Wednesdays", "getLogs, a rare word", "getTotalLogsCount"),
    *("getLogsByLocation", "getIncidents", "getShifts", "getTimesheets", "getTours", "getNotifications"),
)


def run(url: str, *arguments: str) -> str:
    """What a module of the benchmarks prints, with the database at this address."""
    command = [*PYTHON, "-m", *arguments]
    environment = os.environ | {"DATABASE_URL": url}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True).stdout


def table(*rows: Iterable[object]) -> Iterator[str]:
    """Lines of Markdown; the first row is the head."""
    head, *body = ([str(cell) for cell in row] for row in rows)
    for row in head, ["---"] + ["---:"] * (len(head) - 1), *body:
        yield f"| {' | '.join(row)} |"


def hot(url: str, rounds: int) -> Iterator[str]:
    os.environ["DATABASE_URL"] = url  # the application reads it when it is imported
    from benchmarks.hot import compare

    yield "## The hot requests\n"
    yield from table(["processor ms of the server", "application", "floor", "ratio"], *compare(url, rounds))


def endpoints(urls: dict[str, str]) -> Iterator[str]:
    costs = [json.loads(run(url, "benchmarks.endpoints")) for url in urls.values()]
    yield "## Every endpoint\n"
    head = [f"{name} {what}" for name in urls for what in ("processor ms", "wall ms", "statements")]
    rows = []
    for name in sorted(costs[0], key=lambda name: -max(cost[name][0] for cost in costs)):
        figures = [(f"{processor:.1f}", f"{wall:.1f}", count) for processor, wall, _, count in (c[name] for c in costs)]
        rows.append([name, *chain(*figures), f"{costs[0][name][2]:,}"])
    yield from table(["", *head, "bytes"], *rows)


def growth(towns: Iterable[tuple[int, dict[str, str]]]) -> Iterator[str]:
    yield "## How lists grow\n"
    costs = {}
    for entries, urls in towns:
        for name, url in urls.items():
            costs[f"{name} {entries:,}"] = json.loads(run(url, "benchmarks.endpoints", *GROWING))
    head = sorted(costs, key=lambda column: column.split()[0], reverse=True)
    rows = [[name, *(f"{costs[column][name][0]:.1f}" for column in head)] for name in GROWING]
    yield from table(["processor ms, with so many entries", *head], *rows)


def start(url: str) -> Iterator[str]:
    """The import, from compiled files, and the first answer: the medians of nine runs."""
    runs = [json.loads(run(url, "benchmarks.start").splitlines()[-1]) for _ in range(9)]  # after the log line
    yield "## Cold start\n"
    imported, answered, loop = (sorted(column)[4] for column in zip(*runs, strict=True))
    yield from table(
        ["processor ms", ""],
        ["`import main`", f"{imported:.0f}"],
        ["and `GET /health`", f"{answered:.0f}"],
        ["counting to ten million, as a measure of the machine", f"{loop:.0f}"],
    )


def make_towns(entries: int, with_postgresql: bool) -> dict[str, str]:
    urls = {"SQLite": f"sqlite:///{tempfile.mkdtemp()}/town.db"}
    if with_postgresql:
        from tests.postgresql import new_database

        urls["PostgreSQL"] = new_database()
    for name, url in urls.items():
        print(f"A town with {entries:,} entries, on {name}", file=sys.stderr)
        run(url, "benchmarks.town", str(entries))
    return urls


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What the application costs.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all unless some are named")
    parser.add_argument("--entries", type=int, default=100_000, help="of the logbook (100000)")
    parser.add_argument("--rounds", type=int, default=7, help="of the hot requests (7)")
    parser.add_argument("--sqlite", action="store_true", help="without PostgreSQL")
    options = parser.parse_args()
    parts = set(options.parts or PARTS)
    if parts - set(PARTS):
        parser.error(f"the parts are {', '.join(PARTS)}")
    began = time.monotonic()
    urls = make_towns(options.entries, not options.sqlite and bool(parts & {"endpoints", "growth"}))
    smaller = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size < options.entries]
    towns = chain(((size, make_towns(size, len(urls) > 1)) for size in smaller), [(options.entries, urls)])
    lines = {
        "hot": hot(urls["SQLite"], options.rounds),
        "endpoints": endpoints(urls),
        "growth": growth(towns),
        "start": start(urls["SQLite"]),
    }
    print(f"{date.today()}, {options.entries:,} entries, Python {python_version()}, {os.cpu_count()} x {processor()}")
    for part in PARTS:
        if part in parts:
            print("", *lines[part], sep="\n", flush=True)
    print(f"This took {(time.monotonic() - began) / 60:.0f} minutes.", file=sys.stderr)


def processor() -> str:
    """What the machine calls its processor."""
    info = Path("/proc/cpuinfo").read_text()
    return next(line.partition(": ")[2] for line in info.splitlines() if line.startswith("model name"))


if __name__ == "__main__":
    main()
