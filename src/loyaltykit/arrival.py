"""Arrival: what an opening balance brings into a new account from a former system."""

from loyaltykit.account import NOT_TOLD, Account
from loyaltykit.climbs import Grant
from loyaltykit.copying import altered
from loyaltykit.counting import count, tally
from loyaltykit.effects import Enrolled, Opened, TierGranted
from loyaltykit.errors import EventError
from loyaltykit.events import OpeningBalance
from loyaltykit.journal import Journal
from loyaltykit.limiting import counter_of, measured, until
from loyaltykit.limits import OneOrder, Per
from loyaltykit.lots import Lot, derived
from loyaltykit.metrics import FactMetric
from loyaltykit.money import minor_units
from loyaltykit.movements import Accrued
from loyaltykit.received import Received, ask_rules
from loyaltykit.records import Measure, Tally
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.watches import ORDERS_COUNTER, SPEND_COUNTER


def arrival(event: OpeningBalance, journal: Journal, book: Rulebook) -> Received:
    """Decide an opening balance: only on a new account, and only what the programme has room for.

    Raises:
        EventError: it brings lapsed lots, or what the programme does not have.
    """
    if journal.account.version:
        return Received((Refusal(RefusalCode.ACCOUNT_NOT_NEW, event.member),))
    at = event.at
    lots = [_opening_lot(event, place, book) for place in range(len(event.lots))]
    joined = altered(journal.account, enrolled=event.enrolled)
    counted = [*_opening_metric(event, joined, book), *_opening_uses(event, joined, book)]
    spent = minor_units(event.spent, book.money, f"spent of {event.id!r}")
    counted += [Tally(ORDERS_COUNTER, event.orders, until=None)]
    counted += [Tally(SPEND_COUNTER, spent, until=None)]
    held = _opening_tier(event, book)
    if event.enrolled is not None:
        journal.post(Enrolled(at, event.enrolled))
    first = event.first_order or (NOT_TOLD if event.orders else None)
    journal.post(Opened(at, event.last_order, first))
    for lot in lots:
        journal.post(Accrued(at, lot, lot.points, received=True))
    for each in counted:
        count(each, each.amount, at, journal)
    if held is not None:
        journal.post(held)
    return ask_rules(event, journal, book)


def _opening_lot(event: OpeningBalance, place: int, book: Rulebook) -> Lot:
    lot = event.lots[place]
    book.purse(lot.purse, event.id)
    if lot.expires is not None and lot.expires <= event.at:
        raise EventError(
            f"opening balance {event.id!r}: lot {place} expired on {lot.expires:%Y-%m-%d}, before "
            "the event: leave it out"
        )
    return Lot(
        derived(event.id, "opening", place, "opening"),
        lot.purse,
        points=lot.points,
        remaining=lot.points,
        earned=lot.earned,
        available=event.at,
        expires=lot.expires,
        event=event.id,
        rule=None,
    )


def _opening_metric(event: OpeningBalance, account: Account, book: Rulebook) -> list[Tally]:
    found = []
    for each in event.metric:
        ladder = book.ladders.main if each.ladder is None else book.ladders.named(each.ladder)
        if ladder is None:
            lack = "no tiers" if each.ladder is None else f"no ladder {each.ladder!r}"
            raise EventError(
                f"opening balance {event.id!r} brings a tier metric, but the programme has {lack}"
            )
        metric = ladder.tiers.metric
        if isinstance(metric, FactMetric):
            raise EventError(
                f"opening balance {event.id!r} brings a metric of {ladder.name!r}, which counts "
                "nothing: its tiers follow a fact"
            )
        end = until(ladder.tiers.window, account, each.at, book)
        found.append(tally(ladder, metric, each.amount, each.at, end, book))
    return found


def _opening_uses(event: OpeningBalance, account: Account, book: Rulebook) -> list[Tally]:
    tallies: list[Tally] = []
    for use in event.uses:
        rule = book.rule(use.rule)
        own = [
            limit
            for limit in (() if rule is None else rule.limit)
            if limit.per is Per.MEMBER and not isinstance(limit.window, OneOrder)
        ]
        if not own:
            raise EventError(
                f"opening balance {event.id!r} brings uses of the limit of rule {use.rule!r}, "
                "which the programme does not have"
            )
        brought = {
            Measure.TIMES: use.times,
            Measure.POINTS: use.points,
            Measure.UNITS: use.units,
        }
        counted: dict[str, Tally] = {}
        for limit in own:
            end = until(limit.window, account, use.at, book)
            for measure, _ in measured(limit):
                counter = counter_of(measure, use.rule, limit.window)
                counted[counter] = Tally(counter, brought[measure], until=end)
        tallies.extend(counted.values())
    return tallies


def _opening_tier(event: OpeningBalance, book: Rulebook) -> TierGranted | None:
    if event.tier is None or event.tier_until is None:
        return None
    ladder = book.ladders.of_tier(event.tier)
    if ladder is None:
        known = ", ".join(book.ladders.names) or "none"
        raise EventError(
            f"opening balance {event.id!r} brings the tier {event.tier!r}, which the programme "
            f"does not have (it has {known})"
        )
    given = Grant(event.tier, since=event.at, until=event.tier_until)
    return TierGranted(event.at, ladder.name, event.id, given)
