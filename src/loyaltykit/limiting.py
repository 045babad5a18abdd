"""Limiting: what the limits of a rule or offer leave for a grant, and what it uses of them.

What one member uses is counted in the account. What members share only the host can count: there
all of it seems left, a grant claims what it uses, and a claim that is denied refuses the grant.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.budgets import Budget
from loyaltykit.counters import Counter
from loyaltykit.limits import Limit, LimitWindow, OneOrder, Over, Per, window_name
from loyaltykit.money import Currency, minor_units, shifted
from loyaltykit.promotions import Offer, offer_key
from loyaltykit.records import Measure, Use
from loyaltykit.refusals import Refusal, RefusalCode, Room
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Rule
from loyaltykit.spelling import cash_text, counted
from loyaltykit.windows import Rolling, counts_until

Bound: TypeAlias = Limit | Budget


@final
@frozen(order=False)
class Allowance:
    """What one limit leaves of one measure: `left` of `most`; of what is shared, all of it.

    `key` is its counter or its claim; None counts nothing. A use counts until `until`. There will
    be more `again`, or never. `decimals` are those of the points.
    """

    bound: Bound
    measure: Measure
    most: int = field(kw_only=True)
    left: int = field(kw_only=True)
    key: str | None = field(kw_only=True)
    shared: bool = field(kw_only=True)
    until: datetime | None = field(kw_only=True)
    again: datetime | None = field(kw_only=True)
    code: str | None = field(default=None, kw_only=True)
    decimals: int = field(default=0, kw_only=True)

    @property
    def cuts(self) -> bool:
        """Whether a grant that does not fit is cut; else it is refused."""
        return isinstance(self.bound, Limit) and self.bound.over is Over.CUT


def until(window: LimitWindow, account: Account, at: datetime, book: Rulebook) -> datetime | None:
    """Until when something that happens now counts in a window."""
    if isinstance(window, OneOrder):
        return None
    return counts_until(window, at, book.zone, account.enrolled or at)


def counter_of(measure: Measure, rule: str, window: LimitWindow) -> str:
    """The counter of what a rule has used in a window; limits over the same window share it."""
    return f"{measure.value}:{rule}:{window_name(window)}"


def allowances(
    rule: Rule, account: Account, at: datetime, code: str | None, book: Rulebook
) -> tuple[Allowance, ...]:
    """What every limit of a rule leaves for a grant, on an order with a code or without."""
    budgets = book.budgets(rule.name)
    if not rule.limit and not budgets:
        return ()
    found: list[Allowance] = []
    decimals = book.decimals_of(rule)
    for limit in rule.limit:
        found.extend(_of_limit(limit, rule.name, counter_of, decimals, account, at, code, book))
    for budget in budgets:
        found.extend(_of_budget(budget, decimals, account, at, book))
    return tuple(found)


def offer_allowances(
    offer: Offer, account: Account, at: datetime, book: Rulebook
) -> tuple[Allowance, ...]:
    """What every limit of a coupon or promotion leaves for its use."""
    found: list[Allowance] = []
    for limit in offer.limit:
        found.extend(_of_limit(limit, offer_key(offer), _offer_counter, 0, account, at, None, book))
    if offer.total is not None:
        found.append(
            Allowance(
                Limit(offer.total, per=Per.PROGRAM),
                Measure.TIMES,
                most=offer.total,
                left=offer.total,
                key=offer_key(offer),
                shared=True,
                until=None,
                again=None,
            )
        )
    for budget in book.offers.budgets(offer.name):
        found.extend(_of_budget(budget, 0, account, at, book))
    return tuple(found)


def measured(limit: Limit) -> Iterator[tuple[Measure, int]]:
    """What a limit counts, and how much it allows of each."""
    for measure, most in (
        (Measure.TIMES, limit.times),
        (Measure.POINTS, limit.points),
        (Measure.UNITS, limit.units),
    ):
        if most is not None:
            yield measure, most


def _of_limit(
    limit: Limit,
    name: str,
    counter: Callable[[Measure, str, LimitWindow], str],
    decimals: int,
    account: Account,
    at: datetime,
    code: str | None,
    book: Rulebook,
) -> Iterator[Allowance]:
    if limit.per is Per.CODE and code is None:
        return
    code = code if limit.per is Per.CODE else None
    end = until(limit.window, account, at, book)
    for measure, allowed in measured(limit):
        places = decimals if measure is Measure.POINTS else 0
        most = allowed * 10**places
        left, again, key = most, end, None
        if limit.per is not Per.MEMBER:
            key = _claim_key("limit", name, code, limit.window, end, measure)
        elif not isinstance(limit.window, OneOrder):
            key = counter(measure, name, limit.window)
            used = account.counters.get(key, Counter()).since(at)
            left = max(0, most - used.total)
            if isinstance(limit.window, Rolling):
                again = used.counts[0].until if used.counts else None
        yield Allowance(
            limit,
            measure,
            most=most,
            left=left,
            key=key,
            shared=limit.per is not Per.MEMBER,
            until=end,
            again=again,
            code=code,
            decimals=places,
        )


def _offer_counter(measure: Measure, offer: str, window: LimitWindow) -> str:
    return f"{offer}:{measure.value}:{window_name(window)}"


def _of_budget(
    budget: Budget, decimals: int, account: Account, at: datetime, book: Rulebook
) -> Iterator[Allowance]:
    end = until(budget.window, account, at, book)
    points = None if budget.points is None else budget.points * 10**decimals
    money = None if budget.amount is None else minor_units(budget.amount, book.money, "the budget")
    for measure, most in ((Measure.POINTS, points), (Measure.MONEY, money)):
        if most is not None:
            yield Allowance(
                budget,
                measure,
                most=most,
                left=most,
                key=_claim_key("budget", budget.name, None, budget.window, end, measure),
                shared=True,
                until=end,
                again=end,
                decimals=decimals if measure is Measure.POINTS else 0,
            )


def _claim_key(
    what: str,
    name: str,
    code: str | None,
    window: LimitWindow,
    end: datetime | None,
    measure: Measure,
) -> str:
    """Another key for every other limit, code and instance of its window."""
    parts = [name, *([] if code is None else [code]), window_name(window)]
    parts += [] if end is None else [f"{end:%Y-%m-%dT%H:%M:%SZ}"]
    parts.append(measure.value)
    return f"{what}:" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def refused(
    allowance: Allowance, rule: str, desired: int, granted: int, left: int, book: Rulebook
) -> Refusal:
    """The answer that a limit cut a grant."""
    room = room_of(allowance, None if allowance.shared else left, book)
    return Refusal(RefusalCode.LIMIT_REACHED, rule, desired=desired, granted=granted, room=room)


def denied(use: Use, allowed: Iterable[Allowance], rule: str, book: Rulebook) -> Refusal:
    """The answer that others have used a limit up."""
    allowance = next(each for each in allowed if each.key == use.key)
    return _denied(use, rule, room_of(allowance, None, book))


def not_regained(use: Use, rule: str) -> Refusal:
    """The answer that others have used meanwhile what a part of a return would regain."""
    return _denied(use, rule, Room(f"{use.key} is used up", None, use.until))


def _denied(use: Use, rule: str, room: Room) -> Refusal:
    code = RefusalCode.LIMIT_CLAIM_DENIED
    return Refusal(code, rule, desired=use.amount, granted=0, room=room)


def room_of(allowance: Allowance, left: int | None, book: Rulebook) -> Room:
    """What a limit leaves, and from when there is more; None is what others share."""
    text = limit_text(allowance, book.money)
    if left is not None:
        text += f", {_amount(allowance, left, book.money)} left"
    if allowance.again is not None:
        text += f" until {allowance.again.astimezone(book.zone):%Y-%m-%d %H:%M}"
    return Room(text, left, allowance.again)


def limit_text(allowance: Allowance, money: Currency) -> str:
    """A limit in words."""
    most = _amount(allowance, allowance.most, money)
    bound = allowance.bound
    if isinstance(bound, Budget):
        return f"budget {bound.name}: at most {most} {bound.window}"
    text = f"at most {most} {bound.window}"
    match bound.per:
        case Per.MEMBER:
            return text
        case Per.CODE:
            return f"{text} with {allowance.code}"
        case Per.PROGRAM:
            return f"{text} for all members"
        case _:
            assert_never(bound.per)


def _amount(allowance: Allowance, amount: int, money: Currency) -> str:
    match allowance.measure:
        case Measure.TIMES:
            return counted(amount, "time")
        case Measure.POINTS:
            number = f"{shifted(amount, allowance.decimals):f}"
            return "1 point" if number == "1" else f"{number} points"
        case Measure.UNITS:
            return counted(amount, "unit")
        case Measure.MONEY:
            bound = allowance.bound
            what = " off" if isinstance(bound, Budget) and bound.offers else " credit"
            return f"{cash_text(amount, money)}{what}"
        case _:
            assert_never(allowance.measure)
