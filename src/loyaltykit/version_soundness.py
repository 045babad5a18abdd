"""What is wrong with a version of a programme, beside the one before it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from loyaltykit.metrics import metric_name
from loyaltykit.migrations import ExpiryChange, Judged, LadderChange, LadderDropped, Migration
from loyaltykit.program import Program
from loyaltykit.tiers import Tiers
from loyaltykit.windows import SinceEntry


def version_problems(old: Program, new: Program, migrations: Sequence[Migration]) -> Iterator[str]:
    """Everything that is wrong with a version and its migrations, in reading order."""
    if old.currency != new.currency:
        yield f"its currency is {new.currency}, and no amount can be converted from {old.currency}"
    yield from _purse_problems(old, new)
    ladders = _Ladders(old, new)
    for migration in migrations:
        match migration:
            case LadderChange():
                yield from ladders.of_change(migration)
            case LadderDropped(ladder=name):
                if name not in ladders.old:
                    yield f"LadderDropped({name!r}): the version before it has no such ladder"
                elif name in ladders.new:
                    yield f"LadderDropped({name!r}): this version has that ladder"
            case ExpiryChange(purse=purse):
                known = [each.name for each in new.all_purses]
                if purse not in known:
                    yield f"ExpiryChange({purse!r}): no such purse, only {', '.join(known)}"
            case _:
                assert_never(migration)
    yield from _twice(migrations)
    yield from ladders.untold(migrations)


def _purse_problems(old: Program, new: Program) -> Iterator[str]:
    purses = {each.name: each for each in new.all_purses}
    for before in old.all_purses:
        after = purses.get(before.name)
        if after is None:
            yield (
                f"purse {before.name!r} is gone, and points in it could never be spent: keep it in "
                "purses"
            )
        elif after.scale(new.money) != before.scale(old.money):
            yield f"purse {before.name!r} has other decimals than the points in it"


def gone_problems(programs: Sequence[tuple[str, Program]]) -> Iterator[str]:
    """Ladders, or what they count, that are gone in one version and come back in a later one.

    What was counted under a name could come back under it, and would be taken out of the new count.
    """
    gone: dict[tuple[str, str | None], str] = {}
    before: set[tuple[str, str | None]] = set()
    for version, program in programs:
        present: set[tuple[str, str | None]] = {(each.name, None) for each in program.tiers}
        for each in program.tiers:
            present |= {(each.name, metric_name(metric)) for metric in each.metrics}
        for name, metric in sorted(present, key=_reading):
            last = gone.get((name, metric))
            if last is not None and (metric is None or (name, None) not in gone):
                what = "" if metric is None else f", which counts {metric} again,"
                yield (
                    f"version {version!r}: ladder {name!r}{what} was gone in {last!r}: give it "
                    "another name"
                )
        gone.update(dict.fromkeys(sorted(before - present, key=_reading), version))
        before |= present


def _reading(item: tuple[str, str | None]) -> tuple[str, str]:
    return item[0], item[1] or ""


def _twice(migrations: Iterable[Migration]) -> Iterator[str]:
    about = [_about(each) for each in migrations]
    about += [
        f"ladder {each.ladder!r}"
        for each in migrations
        if isinstance(each, LadderChange) and each.instead_of is not None
    ]
    for each in dict.fromkeys(about):
        if about.count(each) > 1:
            yield f"two migrations are about {each}"


def _about(migration: Migration) -> str:
    match migration:
        case LadderChange():
            return f"ladder {migration.former!r}"
        case LadderDropped(ladder=name):
            return f"ladder {name!r}"
        case ExpiryChange(purse=purse):
            return f"purse {purse!r}"
        case _:
            assert_never(migration)


class _Ladders:
    """The ladders before, and after."""

    def __init__(self, old: Program, new: Program) -> None:
        self.old = {each.name: each for each in old.tiers}
        self.new = {each.name: each for each in new.tiers}

    def of_change(self, change: LadderChange) -> Iterator[str]:
        what = f"LadderChange({change.ladder!r})"
        before, after = self.old.get(change.former), self.new.get(change.ladder)
        if after is None:
            yield f"{what}: this version has no such ladder"
        if before is None:
            yield f"{what}: the version before it has no ladder {change.former!r}"
        if change.instead_of is not None and change.instead_of in self.new:
            yield f"{what}: ladder {change.instead_of!r} is there still"
        if change.instead_of is not None and change.ladder in self.old:
            yield f"{what}: the version before it has that ladder already"
        if before is None or after is None:
            return
        for old, new in change.moved.items():
            if before.rank(old) is None:
                yield f"{what}: no former tier is called {old!r}: moved={{former: present}}"
            if after.rank(new) is None:
                yield f"{what}: no tier is called {new!r}: moved={{former: present}}"
        if change.judged is Judged.AS_THEY_STAND:
            yield from _unmoved(what, before, after, change.moved)

    def untold(self, migrations: Iterable[Migration]) -> Iterator[str]:
        told: set[str] = set()
        for each in migrations:
            if isinstance(each, LadderChange):
                told.add(each.former)
            elif isinstance(each, LadderDropped):
                told.add(each.ladder)
        for name, before in self.old.items():
            after = self.new.get(name)
            if after is None and name not in told:
                yield (
                    f"ladder {name!r} is gone: write LadderDropped({name!r}), or say what is there "
                    f"now with LadderChange(..., instead_of={name!r})"
                )
            if after is not None and after.metric != before.metric:
                yield (
                    f"ladder {name!r} reckons in something else: give the new one another name, "
                    f"and write LadderChange(..., instead_of={name!r})"
                )
            entry = [isinstance(each.window, SinceEntry) for each in (before, after or before)]
            if entry[0] is not entry[1]:
                yield (
                    f"ladder {name!r} counts since entry in one version only: give the new one "
                    f"another name, and write LadderChange(..., instead_of={name!r})"
                )
            if after is not None and name not in told:
                yield from _unmoved(f"ladder {name!r}", before, after, {})


def _unmoved(what: str, before: Tiers, after: Tiers, moved: "Iterable[str]") -> Iterator[str]:
    """Tiers that are gone without a word; where what counts decides, none is needed."""
    if after.is_plain:
        return
    told = frozenset(moved)
    for tier in before.tiers:
        if after.rank(tier.name) is None and tier.name not in told:
            yield (
                f"{what}: tier {tier.name!r} is gone: say where its members are now, "
                f"LadderChange({after.name!r}, moved={{{tier.name!r}: ...}})"
            )
