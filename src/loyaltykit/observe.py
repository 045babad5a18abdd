"""Observation: what every fact is worth at one moment, read from an account and an event.

Everything that a rule asks is read before anything is judged. A fact of the shop's own that the
event should have brought and did not is an error that names the rule; one that is known to be
unknown is None. A profile is open: what a member never told is unknown.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from loyaltykit.account import Account
from loyaltykit.baskets import Label
from loyaltykit.calendar import civil_day, local, timezone, whole_months
from loyaltykit.errors import EventError, UnknownFactError
from loyaltykit.facts import WEEKDAYS
from loyaltykit.inquiries import AnyFact, Questions
from loyaltykit.ladders import Ladder, Values
from loyaltykit.lasting import available
from loyaltykit.metrics import FactMetric, Metric
from loyaltykit.money import shifted
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.records import Posting, Record, RecordedLine
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Priced, PricedLine, Scene
from loyaltykit.segments import score, scored
from loyaltykit.vocabulary import Fact, Kind, Scope
from loyaltykit.watches import ORDERS_COUNTER, SPEND_COUNTER

K = TypeVar("K")


_NOBODY = Questions.of(())


def tier_at(account: Account, at: datetime, ladder: Ladder, book: Rulebook) -> str | None:
    """The tier on a ladder at an instant: what the counts say, and what was given."""
    climb = account.climb(ladder.name)
    return ladder.granted(earned_at(account, at, ladder, book), climb.grants, at)


def earned_at(account: Account, at: datetime, ladder: Ladder, book: Rulebook) -> str | None:
    """The tier that the counts give at an instant, or facts; up to which time was brought."""
    if not ladder.plain:
        climb = account.climb(ladder.name)
        return climb.standing.tier if climb.turns else ladder.tier(ladder.base)
    return ladder.tier(ladder.reached(values_at(account, at, ladder, book)))


def values_at(account: Account, at: datetime, ladder: Ladder, book: Rulebook) -> Values:
    """What the metrics of a plain ladder say at an instant."""
    values: dict[Metric, int | Decimal | None] = {}
    for metric in ladder.scales:
        if isinstance(metric, FactMetric):
            values[metric] = _number(metric.fact, account, at, book)
        else:
            values[metric] = account.count(ladder.counters[metric], at)
    return values


def _number(fact: AnyFact, account: Account, at: datetime, book: Rulebook) -> int | Decimal | None:
    """A number of a member; what is none is unknown."""
    value: Reading
    if fact.own:
        value = account.profile.labels.get(fact.name)
    else:
        value = _member(fact, account, at, book, _NOBODY)
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def observe(
    account: Account, at: datetime, book: Rulebook, asked: Questions, scene: Scene | None = None
) -> Readings:
    """Read everything that is asked.

    Raises:
        UnknownFactError: the event lacks a fact or an answer; the message names who asks.
        EventError: a label is of another kind than the rule reads it as.
    """
    scene = scene or Scene()
    values = {fact: _moment(fact, account, at, book, asked, scene) for fact in asked.moment}
    for name in asked.custom:
        if name not in scene.answers:
            raise UnknownFactError(
                f"{asked.by[name]!r} asks the host for {name!r}, which the event does not answer: "
                f"give answers={{{name!r}: True}}, or None for unknown"
            )
    zone = account.profile.zone
    return Readings(
        at,
        book.zone,
        scale=book.scale,
        member_zone=book.zone if zone is None else timezone(zone),
        values=values,
        lines=tuple(_line(priced, asked) for priced in scene.priced),
        shipping=scene.shipping,
        shipping_taxed=scene.shipping_taxed,
        answers=scene.answers,
        ladder=book.ladders.names,
    )


def kept(
    record: Record, posting: Posting | None, scale: int, also: Iterable[AnyFact | str] = ()
) -> Readings:
    """What a record says of the moment, with the basket as it is kept now.

    Nothing of today's programme enters: `posting` says what a rule that fired later had read. Facts
    and questions that are asked `also`, and that were never recorded, are unknown.
    """
    besides = tuple(also)
    lines = tuple(line for line in record.lines if line.kept)
    net = {line.id: line.kept_net for line in lines}
    now: dict[str, int] = {
        "spend": sum(net.values()),
        "subtotal": sum(line.kept_subtotal for line in lines),
        "units": sum(line.kept for line in lines),
        "lines": len(lines),
    }
    late = None if posting is None or posting.at is None else posting
    facts: dict[AnyFact, Reading] = {
        **_unknown(each for each in besides if isinstance(each, Fact)),
        **record.facts,
        **({} if late is None else late.facts),
    }
    for fact in facts:
        if fact.scope is Scope.BASKET and not fact.own and fact.name in now:
            facts[fact] = now[fact.name]
    return Readings(
        record.at if late is None or late.at is None else late.at,
        timezone(record.zone),
        scale=scale,
        member_zone=timezone(record.member_zone),
        values=facts,
        lines=tuple(_kept_line(line, net[line.id], besides) for line in lines),
        # What was shipped stays shipped, until nothing of the order is kept.
        shipping=record.shipping if lines else 0,
        shipping_taxed=record.shipping_taxed,
        answers={**_unknown(each for each in besides if isinstance(each, str)), **record.answers},
        ladder=record.ladder if late is None else late.ladder,
    )


def _unknown(asked: Iterable[K]) -> dict[K, None]:
    return dict.fromkeys(asked)


def _kept_line(line: RecordedLine, net: int, besides: tuple[AnyFact | str, ...]) -> LineReading:
    now = {"units": line.kept, "spend": net}
    facts: dict[AnyFact, Reading] = {
        **_unknown(each for each in besides if isinstance(each, Fact)),
        **line.facts,
    }
    values = {
        fact: value if fact.own else now.get(fact.name, value)
        for fact, value in facts.items()
        if fact.scope is Scope.ITEM
    }
    return LineReading(
        line.id,
        units=line.kept,
        spend=net,
        subtotal=line.kept_subtotal,
        tender=line.kept_tender,
        credit=line.kept_credit,
        taxed=line.taxed,
        values=values,
    )


def _line(priced: PricedLine, asked: Questions) -> LineReading:
    line = priced.line
    values: dict[AnyFact, Reading] = {}
    for fact in asked.lines:
        values[fact] = _item(fact, priced, asked)
    return LineReading(
        line.id,
        units=line.quantity,
        spend=priced.net,
        subtotal=priced.subtotal,
        tender=priced.tender,
        credit=priced.credit,
        taxed=priced.taxed,
        values=values,
    )


def _item(fact: AnyFact, priced: PricedLine, asked: Questions) -> Reading:
    line = priced.line
    if fact.own:
        return _own(fact, line.labels, f"line {line.id!r}", asked)
    match fact.name:
        case "sku":
            return line.sku
        case "category":
            return line.category
        case "brand":
            return line.brand
        case "tags":
            return line.tags
        case "units":
            return line.quantity
        case "price":
            return priced.subtotal // line.quantity
        case "spend":
            return priced.net
        case _:
            raise UnknownFactError(f"{asked.by[fact]!r} asks for {fact}, which no line has")


def _moment(
    fact: AnyFact,
    account: Account,
    at: datetime,
    book: Rulebook,
    asked: Questions,
    scene: Scene,
) -> Reading:
    match fact.scope:
        case Scope.MEMBER if fact.own:
            return _typed(fact, account.profile.labels.get(fact.name), "the profile", asked)
        case Scope.MEMBER:
            return _member(fact, account, at, book, asked)
        case Scope.BASKET | Scope.ACTIVITY if fact.own:
            return _own(fact, scene.labels, "the event", asked)
        case Scope.BASKET:
            return _basket(fact, account, at, book, asked, scene.priced)
        case Scope.ACTIVITY:
            if fact.name == "kind" and scene.activity is not None:
                return scene.activity.kind
            if fact.name == "proof" and scene.activity is not None:
                return scene.activity.proof
        case Scope.ITEM:
            pass
    raise UnknownFactError(f"{asked.by[fact]!r} asks for {fact}, which this event cannot tell")


def _member(
    fact: AnyFact, account: Account, at: datetime, book: Rulebook, asked: Questions
) -> Reading:
    match fact.name:
        case "tier":
            ladder = book.ladders.main
            return None if ladder is None else tier_at(account, at, ladder, book)
        case "orders":
            return account.count(ORDERS_COUNTER, at)
        case "spend":
            return account.count(SPEND_COUNTER, at)
        case "enrolled":
            return account.enrolled
        case "last_order":
            return account.last_order
        case "tenure":
            return (
                None if account.enrolled is None else whole_months(account.enrolled, at, book.zone)
            )
        case "tenure_days":
            return None if account.enrolled is None else _days(account.enrolled, at, book)
        case "days_since_order":
            return None if account.last_order is None else _days(account.last_order, at, book)
        case "usual_gap":
            return _usual_gap(account, at, book)
        case "birthday":
            return account.profile.birthday
        case "referred":
            return account.referrer is not None
        case _:
            score_of = scored(fact)
            if score_of is not None:
                return _score(*score_of, account, at, book)
            what, _, purse = fact.name.partition(":")
            ladder = book.ladders.named(purse) if what == "tier" else None
            if ladder is not None:
                return tier_at(account, at, ladder, book)
            if what != "balance" or not purse:
                raise UnknownFactError(f"{asked.by[fact]!r} asks for {fact}, which no member has")
            left = available(account, purse, book.ladders) - account.purse(purse).debt
            decimals = book.purses[purse].decimals
            # Money is read in minor units, like all money; points in points, exactly.
            return shifted(left, decimals) if decimals else left


def _days(since: datetime, at: datetime, book: Rulebook) -> int:
    return (civil_day(at, book.zone) - civil_day(since, book.zone)).days


def _usual_gap(account: Account, at: datetime, book: Rulebook) -> int | None:
    first, last = account.first_order, account.last_order
    orders = account.count(ORDERS_COUNTER, at)
    if first is None or last is None or orders < 2:
        return None
    return _days(first, last, book) // (orders - 1)


def _score(
    what: str, cuts: tuple[Decimal, ...], account: Account, at: datetime, book: Rulebook
) -> int | None:
    last = account.last_order
    days = None if last is None else _days(last, at, book)
    orders, spend = account.count(ORDERS_COUNTER, at), account.count(SPEND_COUNTER, at)
    return score(what, cuts, days, orders, spend, book.scale)


def _basket(
    fact: AnyFact,
    account: Account,
    at: datetime,
    book: Rulebook,
    asked: Questions,
    priced: Priced,
) -> Reading:
    match fact.name:
        case "spend":
            return sum(each.net for each in priced)
        case "subtotal":
            return sum(each.subtotal for each in priced)
        case "units":
            return sum(each.line.quantity for each in priced)
        case "lines":
            return len(priced)
        case "nth":
            return account.count(ORDERS_COUNTER, at) + 1
        case "weekday":
            return WEEKDAYS[local(at, book.zone).weekday()]
        case "hour":
            return local(at, book.zone).hour
        case "day":
            return local(at, book.zone).date()
        case _:
            raise UnknownFactError(f"{asked.by[fact]!r} asks for {fact}, which no basket has")


def _own(fact: AnyFact, labels: Mapping[str, Label], whose: str, asked: Questions) -> Reading:
    if fact.name not in labels and not fact.optional:
        raise UnknownFactError(
            f"{asked.by[fact]!r} asks for the {fact.scope.value} label {fact.name!r}, which "
            f"{whose} does not carry: add labels={{{fact.name!r}: ...}} (None for unknown), "
            "or declare it optional=True"
        )
    return _typed(fact, labels.get(fact.name), whose, asked)


_LABELS: Mapping[Kind, type[Any]] = {
    Kind.TEXT: str,
    Kind.NUMBER: Decimal,
    Kind.FLAG: bool,
    Kind.TAGS: tuple,
}

_EXAMPLES: Mapping[Kind, str] = {
    Kind.TEXT: "a word such as 'app'",
    Kind.NUMBER: "a number such as 3 or Decimal('9.50')",
    Kind.FLAG: "True or False",
    Kind.TAGS: "a list of words such as ['new', 'sale']",
}


def _typed(fact: AnyFact, value: Label, whose: str, asked: Questions) -> Reading:
    if value is not None and type(value) is not _LABELS[fact.kind]:
        raise EventError(
            f"{asked.by[fact]!r} reads the {fact.scope.value} label {fact.name!r} as "
            f"{fact.kind.value}, but {whose} says {value!r}: write {_EXAMPLES[fact.kind]}"
        )
    return value
