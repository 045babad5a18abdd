"""Replay an order log through a loyalty programme and print what it came to.

    python examples/replay_orders.py
    python examples/replay_orders.py --orders online_retail.csv.gz --format online-retail

Without a file it replays a small log that `generate_orders.py` makes. The report goes to standard
output; the progress bar and every broken line, with its number, go to standard error. The exit
status is 0; 1 with --strict if a line was broken, or if points were not conserved; 2 if the log
could not be read at all.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from generate_orders import generated
from orderlog import cdnow, online_retail
from orderlog.generic import read_generic
from orderlog.log import OrderLog
from orderlog.program import replay_program
from orderlog.replay import Replay
from orderlog.report import report
from orderlog.rows import UnreadableError, opened
from orderlog.tally import Tally
from tqdm import tqdm

from loyaltykit import Engine, LoyaltyError, Program

FORMATS = ("online-retail", "cdnow", "generic")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Replay an order log through a programme.")
    parser.add_argument("--orders", type=Path, metavar="FILE", help="a CSV file, gzipped or plain")
    parser.add_argument("--format", choices=FORMATS, default="generic", help="how FILE is written")
    parser.add_argument("--currency", default="EUR", help="of a generic log (default: EUR)")
    parser.add_argument("--timezone", default="Europe/Lisbon", help="of a generic log")
    parser.add_argument("--until", type=_day, metavar="DATE", help="let time pass through this day")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a line was broken")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    options = parser.parse_args(arguments)
    if options.orders is None and options.format != "generic":
        parser.error(f"--format {options.format} needs --orders FILE")
    try:
        program = _program(options.format, options.currency, options.timezone)
        if options.orders is None:
            name, log = (
                "The generated log",
                _read(BytesIO(generated().encode()), "generic", program),
            )
        else:
            name = options.orders.name
            with opened(options.orders) as stream:
                log = _read(stream, options.format, program)
    except (OSError, UnreadableError, LoyaltyError) as error:
        parser.error(str(error))
    sound = _replay(name, program, log, options.until, options.quiet)
    for line in log.findings.broken_lines():
        print(line, file=sys.stderr)
    return 1 if not sound or (options.strict and log.findings.broken) else 0


def _program(written: str, currency: str, timezone: str) -> Program:
    match written:
        case "online-retail":
            return replay_program(online_retail.CURRENCY, online_retail.TIMEZONE)
        case "cdnow":
            return replay_program(cdnow.CURRENCY, cdnow.TIMEZONE)
        case _:
            return replay_program(currency, timezone)


def _read(stream: BinaryIO, written: str, program: Program) -> OrderLog:
    match written:
        case "online-retail":
            return online_retail.read_online_retail(stream)
        case "cdnow":
            return cdnow.read_cdnow(stream)
        case _:
            return read_generic(stream, program.money)


def _replay(
    name: str, program: Program, log: OrderLog, until: datetime | None, quiet: bool
) -> bool:
    end = None if until is None else until.replace(tzinfo=program.zone)
    replay = Replay(Engine(program), log, end)
    tally = Tally()
    tally.expect(program.rules)
    # None turns the bar off where standard error is no terminal.
    with tqdm(total=log.size, unit=" events", disable=True if quiet else None) as bar:
        for logged, decision in replay.run():
            tally.add(logged, decision)
            if logged is not None:
                bar.update()
    accounts = replay.accounts.values()
    text, sound = report(
        name, program, tally, accounts, log.findings, rows=log.rows, clock=replay.clock
    )
    sys.stdout.write(text)
    return sound


def _day(text: str) -> datetime:
    # argparse turns the ValueError of anything else into its own message.
    return datetime.combine(datetime.strptime(text, "%Y-%m-%d"), time.max)  # noqa: DTZ007


if __name__ == "__main__":
    sys.exit(main())
