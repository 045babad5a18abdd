"""What an engine call raises, by example, and that it raises nothing else (law 10, P20).

Every leaf of LoyaltyError that a call can raise is reached here; every message names the field, the
rule or the event, and says what to write. Bounds hold before any work is done.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from desk import NOON, Desk, day, line
from diaries import MEMBER
from stopwatch import within

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    Basket,
    ConflictError,
    Custom,
    DefinitionError,
    Engine,
    Enrolment,
    EventError,
    FutureEventError,
    LateEventError,
    LimitError,
    LoyaltyError,
    MisuseError,
    Notify,
    OpeningBalance,
    OpeningLot,
    OpeningMetric,
    OpeningUse,
    Purchase,
    Redemption,
    Rule,
    UnknownFactError,
    activity,
    basket,
    item,
    points,
    some_item,
)

base = points(1).per(1)
roast = item.label("roast")
LABELLED = Rule("labels", Purchase, when=basket.label("channel").is_("app"), then=Notify("x"))
ROASTED = Rule("roasts", Purchase, when=some_item(roast.is_("dark")), then=Notify("x"))
ASKED = Rule("asks", Purchase, when=Custom("card"), then=Notify("x"))
PLACED = Rule("place", Activity, when=activity.number("stars") >= 4, then=Notify("x"))
RICH = Rule("rich", Purchase, then=Accrue(base * 2_000_000))


def bought(**rest: Any) -> Purchase:
    return Purchase("o1", day(0), member=MEMBER, **{"lines": [line()], **rest})


WRONG: list[tuple[str, type[LoyaltyError], str, Callable[[], object]]] = [
    (
        "no programme",
        MisuseError,
        "an engine needs a Program, or Versions of one, not str",
        lambda: Engine("club"),  # type: ignore[arg-type]
    ),
    (
        "no account",
        MisuseError,
        "expected an Account, not NoneType",
        lambda: Desk().engine.decide(None, bought()),  # type: ignore[arg-type]
    ),
    (
        "no event",
        MisuseError,
        "'order' is no event: write Purchase",
        lambda: Desk().tell("order"),  # type: ignore[arg-type]
    ),
    (
        "no list of events",
        MisuseError,
        "decide_all: write a list of events",
        lambda: Desk().engine.decide_all(Account.new("a"), 5),  # type: ignore[arg-type]
    ),
    ("no events", LimitError, "decides 1 to 1000 events, not none", lambda: Desk().tell()),
    (
        "endless events",
        LimitError,
        "decides 1 to 1000 events, not more",
        lambda: Desk().engine.decide_all(Account.new("a"), _endless()),  # type: ignore[arg-type]
    ),
    (
        "another member",
        EventError,
        "event 'o1' belongs to member 'ana', not to the account of 'bob'",
        lambda: Desk(member="bob").tell(bought()),
    ),
    (
        "wrong order",
        EventError,
        "in order of time: 'e' comes too late",
        lambda: Desk().tell(bought(), Enrolment("e", day(-1), member=MEMBER)),
    ),
    (
        "denied as text",
        MisuseError,
        "denied: write a list of claim keys, not 'coupon:X'",
        lambda: Desk().tell(bought(), denied="coupon:X"),
    ),
    (
        "denied of nothing",
        MisuseError,
        "denied: write a list of claim keys, not 5",
        lambda: Desk().tell(bought(), denied=5),
    ),
    (
        "denied keys",
        MisuseError,
        "a claim key is text",
        lambda: Desk().tell(bought(), denied=[["x"]]),
    ),
    (
        "naive now",
        DefinitionError,
        "now: .* has no time zone",
        lambda: Desk().tell(bought(), now=datetime(2026, 1, 1)),  # noqa: DTZ001
    ),
    (
        "naive until",
        DefinitionError,
        "until: .* has no time zone",
        lambda: Desk().engine.advance(Account.new("a"), datetime(2026, 1, 1)),  # noqa: DTZ001
    ),
    (
        "until too far",
        DefinitionError,
        "until: write a year from 1900 to 2199",
        lambda: Desk().engine.advance(Account.new("a"), datetime(9999, 1, 1, tzinfo=UTC)),
    ),
    (
        "no purse",
        MisuseError,
        "an id must be text, not list",
        lambda: Desk().engine.balance(Account.new("a"), NOON, []),  # type: ignore[arg-type]
    ),
    (
        "no purse of an account",
        MisuseError,
        "an id must be text, not list",
        lambda: Account.new("a").balance(NOON, []),  # type: ignore[arg-type]
    ),
    (
        "naive instant of what lapsed",
        DefinitionError,
        "at: .* has no time zone",
        lambda: Account.new("a").without_lapsed(datetime(2026, 1, 1)),  # noqa: DTZ001
    ),
    (
        "no basket",
        MisuseError,
        "a quote needs a Basket, not list",
        lambda: Desk().engine.quote(None, [line()], NOON),  # type: ignore[arg-type]
    ),
    (
        "codes as text",
        MisuseError,
        "a coupon code: write a list, not 'TENTH'",
        lambda: Desk().engine.quote(None, Basket([line()]), NOON, "TENTH"),
    ),
    (
        "a cent too small",
        DefinitionError,
        "line '1' of 'o1': EUR has 2 decimals, so 0.125",
        lambda: Desk().buy("o1", 0, line(price="0.125")),
    ),
    (
        "paid too exactly",
        DefinitionError,
        "paid of 'o1': EUR has 2 decimals",
        lambda: Desk().buy("o1", 0, "10", paid="9.999"),
    ),
    (
        "discount too large",
        EventError,
        "line '1' of 'o1': the discount exceeds the line",
        lambda: Desk().buy("o1", 0, line(price="10", discount="10.01")),
    ),
    (
        "label missing",
        UnknownFactError,
        "'labels' asks for the basket label 'channel', which the event does not carry",
        lambda: Desk(LABELLED).buy("o1", 0, "10"),
    ),
    (
        "label of another kind",
        EventError,
        "'labels' reads the basket label 'channel' as text, but the event says True",
        lambda: Desk(LABELLED).buy("o1", 0, "10", labels={"channel": True}),
    ),
    (
        "line label missing",
        UnknownFactError,
        "'roasts' asks for the item label 'roast', which line '1' does not carry",
        lambda: Desk(ROASTED).buy("o1", 0, "10"),
    ),
    (
        "answer missing",
        UnknownFactError,
        "'asks' asks the host for 'card', which the event does not answer",
        lambda: Desk(ASKED).buy("o1", 0, "10"),
    ),
    (
        "activity label missing",
        UnknownFactError,
        "'place' asks for the activity label 'stars'",
        lambda: Desk(PLACED).tell(Activity("a", day(0), member=MEMBER, kind="x")),
    ),
    (
        "lapsed lot",
        EventError,
        "opening balance 'b': lot 0 expired on 2025-12-31",
        lambda: _open(lots=[OpeningLot(5, day(-9), expires=day(-1))]),
    ),
    (
        "metric without tiers",
        EventError,
        "opening balance 'b' brings a tier metric, but the programme has no tiers",
        lambda: _open(metric=[OpeningMetric(5, day(-9))]),
    ),
    (
        "tier without tiers",
        EventError,
        "brings the tier 'gold', which the programme does not have .it has none",
        lambda: _open(tier="gold", tier_until=day(9)),
    ),
    (
        "uses of no limit",
        EventError,
        "brings uses of the limit of rule 'first', which the programme does not have",
        lambda: _open(uses=[OpeningUse("first", day(-9))]),
    ),
    (
        "too many points",
        LimitError,
        "rule 'rich' would grant 2\\d+ points at once",
        lambda: Desk(Rule("rich", Purchase, then=Accrue(base * (2 * 10**6)))).buy(
            "o1", 0, "1000000000"
        ),
    ),
]


def _endless() -> Iterator[Purchase]:
    while True:
        yield bought()


def _open(**brings: Any) -> object:
    return Desk().tell(OpeningBalance("b", day(0), member=MEMBER, **brings))


@pytest.mark.parametrize(
    ("kind", "message", "call"), [each[1:] for each in WRONG], ids=[each[0] for each in WRONG]
)
def test_p20_what_cannot_be_decided_raises_in_words_at_once(
    kind: type[LoyaltyError], message: str, call: Callable[[], object]
) -> None:
    with within(1), pytest.raises(kind, match=message):
        call()


def test_every_error_that_a_call_raises_is_reached() -> None:
    elsewhere = {ConflictError, LateEventError, FutureEventError}  # test_laws_identity and _time
    reached = {kind for _, kind, _, _ in WRONG} | elsewhere
    assert reached == {
        MisuseError,
        LimitError,
        EventError,
        UnknownFactError,
        DefinitionError,
        *elsewhere,
    }


def test_nothing_has_happened_when_a_call_raises() -> None:
    desk = Desk(Rule("purchase", Purchase, then=Accrue(base)), LABELLED)
    desk.buy("o1", 0, "10", labels={"channel": "app"})
    before = desk.account
    with pytest.raises(UnknownFactError):
        desk.tell(
            Redemption("s1", day(1), member=MEMBER, points=5),
            Purchase("o2", day(1), member=MEMBER, lines=[line()]),
        )
    assert desk.account is before
    assert desk.spend("s1", 1, 10).accepted
