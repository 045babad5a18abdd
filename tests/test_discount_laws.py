"""Laws of discounts, and a model that expands every unit and takes off one by one.

The model knows nothing of runs: it sorts units, walks over them, and finds the sets of a bundle by
trying which part each unit could go to. It shares only the rounding of a fraction with the library.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple, assert_never

from hypothesis import event, given
from hypothesis import strategies as st
from till import Till

from loyaltykit import (
    Begin,
    By,
    Covers,
    Discount,
    Each,
    Line,
    Pick,
    Rounding,
    RoundingScope,
    amount_off,
    free_shipping,
    item,
    new_price,
)
from loyaltykit.bundles import Bundle, Part
from loyaltykit.discounting import TakenOff
from loyaltykit.discounts import ForEach, FreeItem, Stepped, Together
from loyaltykit.money import rounded
from loyaltykit.reductions import AmountOff, NewPrice, PercentOff, Reduction

RED, BLUE = item.tags.has("red"), item.tags.has("blue")


def taken(discount: Discount, lines: Sequence[Line], shipping: int = 0) -> TakenOff:
    """What a discount takes off these lines."""
    return Till(*lines, shipping=shipping).take(discount)


class Unit(NamedTuple):
    """One unit, with what is left of its price in minor units."""

    price: int
    line: int
    place: int


Offs = dict[tuple[int, int], int]


def units_of(lines: Sequence[Line]) -> list[Unit]:
    found = []
    for at, line in enumerate(lines):
        net = int(line.price * 100) * line.quantity - int(line.discount * 100)
        low, more = divmod(net, line.quantity)
        found += [Unit(low + (place < more), at, place) for place in range(line.quantity)]
    return found


def ordered(units: list[Unit], begin: Begin) -> list[Unit]:
    sign = 1 if begin is Begin.CHEAPEST else -1
    return sorted(units, key=lambda unit: (sign * unit.price, unit.line, unit.place))


def chosen(units: list[Unit], pick: Pick | None) -> list[Unit]:
    if pick is None:
        return units
    row = ordered(units, pick.begin)[pick.skip :]
    found: list[Unit] = []
    rest = row
    while len(rest) >= pick.group:
        group, rest = rest[: pick.group], rest[pick.group :]
        found += group if pick.take is None else group[-pick.take :]
    found = found if pick.most is None else found[: pick.most]
    # Units of one price in one line are alike: of those that are left, the first are taken.
    alike = [list(run) for _, run in groupby(row, key=lambda unit: (unit.price, unit.line))]
    return [unit for run in alike for unit in run[: len(set(run) & set(found))]]


def fits(of: Any, line: Line) -> bool:
    if of is None:
        return True
    return ("red" if of is RED or of == RED else "blue") in line.tags


class Model:
    """A discount, taken off unit by unit."""

    def __init__(self, lines: Sequence[Line], shipping: int) -> None:
        self.lines = lines
        self.left = units_of(lines)
        self.shipping = shipping
        self.offs: Offs = {}
        self.off_shipping = 0

    @property
    def everything(self) -> list[Unit]:
        return [unit for unit in self.left if unit.price]

    def then(self, discount: Discount) -> list[int]:
        """What a discount takes off each line and shipping; they cost less from then on."""
        self.offs = {}
        self.off_shipping = 0
        self.take(discount, self.everything)
        shipping = min(self.shipping, self.off_shipping)
        self.shipping -= shipping
        lines = [0] * len(self.lines)
        for at, unit in enumerate(self.left):
            much = min(unit.price, self.offs.get((unit.line, unit.place), 0))
            lines[unit.line] += much
            self.left[at] = unit._replace(price=unit.price - much)
        return [*lines, shipping]

    def take(self, discount: Discount, units: list[Unit]) -> None:
        match discount:
            case AmountOff() | PercentOff() | NewPrice():
                fit = [u for u in units if fits(discount.of, self.lines[u.line])]
                if isinstance(discount, NewPrice):
                    fit = [u for u in fit if self.number(discount.price, u.line) is not None]
                self.reduce(discount, chosen(fit, discount.units))
            case Bundle():
                self.bundles(discount, units)
            case FreeItem(sku=sku, units=count):
                gifts = [u for u in self.everything if self.lines[u.line].sku == sku]
                for unit in gifts[:count]:
                    self.off(unit, unit.price)
            case Stepped(steps=steps, by=by, of=of):
                fit = [u for u in units if fits(of, self.lines[u.line])]
                spent = Decimal(sum(u.price for u in fit)) / 100
                much = len(fit) if by is By.UNITS else spent
                reached = [one for start, one in steps if start <= much]
                if reached:
                    self.take(reached[-1], fit)
            case ForEach(discount=one, by=by):
                groups: dict[object, list[Unit]] = {}
                for unit in units:
                    key = unit.line if by is None else self.lines[unit.line].sku
                    groups.setdefault(key, []).append(unit)
                for group in groups.values():
                    self.take(one, group)
            case Together(discounts=inner):
                for each in inner:
                    self.take(each, units)
            case _:
                assert_never(discount)

    def number(self, price: Any, at: int) -> int | None:
        if isinstance(price, Decimal):
            return int(price * 100)
        known = self.lines[at].labels["least"]
        assert known is None or isinstance(known, Decimal)
        return None if known is None else int(known * 100)

    def off(self, unit: Unit, much: int) -> None:
        key = (unit.line, unit.place)
        self.offs[key] = self.offs.get(key, 0) + much

    def reduce(self, reduction: Reduction, units: list[Unit]) -> None:
        goods = [] if reduction.covers is Covers.SHIPPING else units
        shipping = 0 if reduction.covers is Covers.GOODS else self.shipping
        floor = None if isinstance(reduction, NewPrice) else reduction.not_below
        bears = {
            unit: max(0, unit.price - (0 if floor is None else self.number(floor, unit.line) or 0))
            for unit in goods
        }
        lines = sorted({unit.line for unit in goods})
        of_line = {at: [unit for unit in goods if unit.line == at] for at in lines}
        values = [sum(unit.price for unit in of_line[at]) for at in lines] + [shipping]
        caps = [sum(bears[unit] for unit in of_line[at]) for at in lines] + [shipping]
        match reduction:
            case AmountOff(each=Each.UNIT, amount=amount):
                for unit in goods:
                    self.off(unit, min(int(amount * 100), bears[unit]))
                return
            case NewPrice(each=Each.UNIT) if reduction.covers is Covers.GOODS:
                for unit in goods:
                    price = self.number(reduction.price, unit.line)
                    self.off(unit, 0 if price is None else max(0, unit.price - price))
                return
            case AmountOff(amount=amount):
                shares = poured(int(amount * 100), values, caps)
            case NewPrice():
                total = self.number(reduction.price, 0) or 0
                shares = poured(max(0, sum(values) - total), values, caps)
            case PercentOff(percent=percent, rounding=mode, scope=scope, up_to=up_to):
                ratio = Fraction(percent) / 100
                if scope is RoundingScope.ORDER:
                    off = rounded(ratio * sum(values), mode)
                    off = off if up_to is None else min(off, int(up_to * 100))
                    shares = poured(off, values, values)
                elif scope is RoundingScope.LINE:
                    shares = [rounded(ratio * value, mode) for value in values]
                else:
                    by_unit = {unit: rounded(ratio * unit.price, mode) for unit in goods}
                    shares = [sum(by_unit[unit] for unit in of_line[at]) for at in lines]
                    shares.append(rounded(ratio * shipping, mode))
                    if up_to is None or sum(shares) <= int(up_to * 100):
                        for unit in goods:
                            self.off(unit, min(by_unit[unit], bears[unit]))
                        self.off_shipping += shares[-1]
                        return
                if up_to is not None and sum(shares) > int(up_to * 100):
                    shares = poured(int(up_to * 100), shares, shares)
                shares = [min(share, cap) for share, cap in zip(shares, caps, strict=True)]
        for at, share in zip(lines, shares, strict=False):
            dear = sorted(of_line[at], key=lambda unit: (-unit.price, unit.place))
            rows = [list(row) for _, row in groupby(dear, key=lambda unit: unit.price)]
            costs = [sum(unit.price for unit in row) for row in rows]
            most = [sum(bears[unit] for unit in row) for row in rows]
            for row, part in zip(rows, poured(share, costs, most), strict=True):
                for place in range(part):
                    self.off(row[place % len(row)], 1)
        self.off_shipping += shares[-1]

    def bundles(self, discount: Bundle, units: list[Unit]) -> None:
        parts = discount.parts
        fit = [[u for u in units if fits(part.of, self.lines[u.line])] for part in parts]
        count = 0
        while (discount.most is None or count < discount.most) and fillable(
            [needed(part, count + 1) for part in parts],
            fit,
            frozenset(),
        ):
            count += 1
        if not count:
            return
        gone: set[Unit] = set()
        taken: dict[int, list[Unit]] = {}
        turns = sorted(range(len(parts)), key=lambda at: parts[at].off is None)
        for turn, at in enumerate(turns):
            taken[at] = []
            others = turns[turn + 1 :]
            for unit in ordered(fit[at], parts[at].begin):
                if len(taken[at]) == count * parts[at].units or unit in gone:
                    continue
                wanted = [needed(parts[other], count) for other in others]
                if fillable(wanted, [fit[other] for other in others], frozenset(gone | {unit})):
                    taken[at].append(unit)
                    gone.add(unit)
        for made in range(count):
            rows = [
                taken[at][made * part.units : (made + 1) * part.units]
                for at, part in enumerate(parts)
            ]
            if discount.off is not None:
                self.reduce(discount.off, [unit for row in rows for unit in row])
            for part, row in zip(parts, rows, strict=True):
                if part.off is not None:
                    self.reduce(part.off, row)


def needed(part: Part, sets: int) -> int:
    """How many units a part needs at least in so many sets."""
    return (sets - 1) * part.units + (1 if part.partial else part.units)


def fillable(wanted: list[int], fit: list[list[Unit]], gone: frozenset[Unit]) -> bool:
    """Whether every part finds its units: each seat looks for one along an augmenting path."""
    seats = [at for at, count in enumerate(wanted) for _ in range(count)]
    held: dict[Unit, int] = {}

    def seated(seat: int, seen: set[Unit]) -> bool:
        for unit in fit[seats[seat]]:
            if unit in gone or unit in seen:
                continue
            seen.add(unit)
            if unit not in held or seated(held[unit], seen):
                held[unit] = seat
                return True
        return False

    return all(seated(seat, set()) for seat in range(len(seats)))


def poured(amount: int, values: Sequence[int], caps: Sequence[int]) -> list[int]:
    """An amount by value, a cap first; then a minor unit more for the largest remainders."""
    parts = [0] * len(values)
    open_ = [at for at, value in enumerate(values) if value]
    rest = amount
    while open_:
        total = sum(values[at] for at in open_)
        full = [at for at in open_ if Fraction(rest * values[at], total) >= caps[at]]
        if not full:
            break
        at = min(full, key=lambda at: Fraction(caps[at], values[at]))
        parts[at] = caps[at]
        rest -= caps[at]
        open_.remove(at)
    if not open_:
        return parts
    total = sum(values[at] for at in open_)
    exact = {at: Fraction(rest * values[at], total) for at in open_}
    for at in open_:
        parts[at] = exact[at].numerator // exact[at].denominator
    left = rest - sum(parts[at] for at in open_)
    for at in sorted(open_, key=lambda at: (parts[at] - exact[at], at))[:left]:
        parts[at] += 1
    return parts


prices = st.one_of(st.sampled_from([0, 1, 2, 3]), st.integers(0, 40), st.integers(0, 2_000)).map(
    lambda cents: Decimal(cents) / 100
)
amounts = st.one_of(st.integers(1, 30), st.integers(1, 3_000)).map(
    lambda cents: Decimal(cents) / 100
)


@st.composite
def baskets(draw: st.DrawFn, most: int = 4) -> list[Line]:
    lines = []
    for number in range(draw(st.integers(1, most))):
        price, quantity = draw(prices), draw(st.integers(1, 4))
        least = draw(st.one_of(st.none(), prices))
        discount = draw(st.integers(0, int(price * 100) * quantity)) if draw(st.booleans()) else 0
        lines.append(
            Line(
                f"{number}",
                draw(st.sampled_from(["mug", "tea"])),
                price=price,
                quantity=quantity,
                discount=Decimal(discount) / 100,
                tags=draw(st.sets(st.sampled_from(["red", "blue"]))),
                labels={"least": least},
            )
        )
    return lines


picks = st.one_of(
    st.none(),
    st.builds(
        Pick,
        st.sampled_from(Begin),
        skip=st.integers(0, 3),
        most=st.one_of(st.none(), st.integers(1, 5)),
    ),
    st.integers(1, 4).flatmap(
        lambda group: st.builds(
            Pick,
            st.sampled_from(Begin),
            skip=st.integers(0, 2),
            group=st.just(group),
            take=st.integers(1, group),
            most=st.one_of(st.none(), st.integers(1, 5)),
        )
    ),
)
ofs = st.sampled_from([None, RED, BLUE])
least = item.number("least")
floors = st.one_of(st.none(), st.none(), st.just(least), amounts)


def reductions(*, inside: bool) -> st.SearchStrategy[Reduction]:
    """Amounts, percentages and prices; inside a part they say neither units nor what they cover."""
    where: dict[str, Any] = {} if inside else {"of": ofs, "units": picks}
    covers = st.just(Covers.GOODS) if inside else st.sampled_from([Covers.GOODS, Covers.ORDER])
    scope = st.sampled_from(RoundingScope)
    off = st.builds(AmountOff, amounts, covers=covers, not_below=floors, **where)
    each = st.builds(AmountOff, amounts, each=st.just(Each.UNIT), not_below=floors, **where)
    percent = st.builds(
        PercentOff,
        st.one_of(st.integers(1, 100), st.just(Decimal("33.33"))),
        up_to=st.one_of(st.none(), amounts),
        rounding=st.sampled_from(Rounding),
        scope=scope,
        covers=covers,
        not_below=floors,
        **where,
    )
    price = st.builds(
        NewPrice, st.one_of(st.just(least.fact), prices), each=st.just(Each.UNIT), **where
    )
    total = st.builds(NewPrice, prices, each=st.just(Each.ALL), covers=covers, **where)
    return st.one_of(off, each, percent, price, total)


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    begin = st.sampled_from(Begin)
    if draw(st.booleans()):
        plain = st.builds(Part, st.integers(1, 3), ofs, begin=begin)
        parts = draw(st.lists(plain, min_size=1, max_size=3))
        most = draw(st.one_of(st.none(), st.integers(1, 3)))
        return Bundle(parts, off=draw(reductions(inside=True)), most=most)
    bought = st.builds(Part, st.integers(1, 3), ofs, begin=begin)
    off = reductions(inside=True)
    cheaper = st.builds(Part, st.integers(1, 2), ofs, off=off, begin=begin, partial=st.booleans())
    parts = [*draw(st.lists(bought, max_size=2)), draw(cheaper)]
    return Bundle(draw(st.permutations(parts)), most=draw(st.one_of(st.none(), st.integers(1, 3))))


def goods() -> st.SearchStrategy[Discount]:
    """Discounts of goods alone, of one node."""
    return st.one_of(
        reductions(inside=False).filter(lambda each: each.covers is Covers.GOODS), bundles()
    )


def discounts() -> st.SearchStrategy[Discount]:
    """Every kind of discount."""
    alone: st.SearchStrategy[Discount] = st.one_of(
        reductions(inside=False),
        bundles(),
        bundles(),
        st.builds(FreeItem, st.just("mug"), st.integers(1, 3)),
        st.sampled_from(
            [free_shipping(), free_shipping(up_to=3), new_price(2, covers=Covers.SHIPPING)]
        ),
    )
    starts = st.integers(1, 6)
    stepped = st.builds(
        Stepped,
        st.sampled_from(By),
        st.dictionaries(starts, alone, min_size=1, max_size=3),
        of=ofs,
    )
    each = st.builds(ForEach, goods(), by=st.sampled_from([None, item.sku.fact]))
    both = st.lists(st.one_of(alone, stepped, each), min_size=2, max_size=3).map(Together)
    return st.one_of(alone, alone, stepped, each, both)


@given(discounts(), st.one_of(st.none(), discounts()), baskets(), st.sampled_from([0, 1, 490]))
def test_every_discount_is_what_comes_off_unit_by_unit(
    discount: Discount, then: Discount | None, lines: list[Line], shipping: int
) -> None:
    model, till = Model(lines, shipping), Till(*lines, shipping=shipping)
    for each in (discount, then):
        if each is not None:
            found = till.take(each)
            event(f"{type(each).__name__}: {'something' if found.off else 'nothing'}")
            assert [*found.lines, found.shipping] == model.then(each)


@given(discounts(), baskets(), st.sampled_from([0, 1, 490]))
def test_no_unit_costs_less_than_nothing_and_the_units_add_up_to_their_line(
    discount: Discount, lines: list[Line], shipping: int
) -> None:
    found = taken(discount, lines, shipping)
    for line, off, runs, used in zip(lines, found.lines, found.units, found.taken, strict=True):
        assert sum(run.units for run in runs) == line.quantity
        assert sum(run.units * run.off for run in runs) == off
        assert sum(run.units for run in runs if run.off) <= used <= line.quantity
        net = int(line.price * 100) * line.quantity - int(line.discount * 100)
        low, more = divmod(net, line.quantity)
        place = 0
        for run in runs:
            assert 0 <= run.off <= low + (place + run.units <= more)
            place += run.units
    assert 0 <= found.shipping <= shipping
    assert found.unplaced >= 0


@given(discounts(), baskets(), st.data())
def test_the_order_in_which_lines_stand_never_matters(
    discount: Discount, lines: list[Line], data: st.DataObject
) -> None:
    assert taken(discount, data.draw(st.permutations(lines)), 490) == taken(discount, lines, 490)


@given(
    amounts,
    st.sampled_from([Covers.GOODS, Covers.ORDER]),
    floors,
    baskets(),
    st.sampled_from([0, 490]),
)
def test_what_is_taken_and_what_is_unplaced_are_the_amount(
    amount: Decimal, covers: Covers, floor: Any, lines: list[Line], shipping: int
) -> None:
    found = taken(amount_off(amount, covers=covers, not_below=floor), lines, shipping)
    assert found.off + found.unplaced == int(amount * 100)
