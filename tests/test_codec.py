"""Stored data (P19, P20, law 8): what is written comes back, and nothing else is read.

The oracle for hostile data is the promise itself: a `LoyaltyError`, within a second.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from enum import Enum
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import NOTHING, evolve, frozen
from hypothesis import given
from hypothesis import strategies as st
from specimens import AT, DAY, LATER, SPECIMENS, line, lot, purchase, record, spend
from stopwatch import within

import loyaltykit.schema
from loyaltykit.account import Account
from loyaltykit.baskets import Line
from loyaltykit.codec import (
    EFFECTS,
    EVENTS,
    MAX_BYTES,
    decode,
    digest,
    dumps,
    encode,
    loads,
)
from loyaltykit.conditions import AllOf, Condition, Not
from loyaltykit.corrections import Since
from loyaltykit.counters import Count
from loyaltykit.decision import Decision
from loyaltykit.effects import CouponPresented, Effect, Recorded, Referred, Triggered
from loyaltykit.engine import Engine
from loyaltykit.errors import (
    DecodeError,
    DefinitionError,
    LimitError,
    LoyaltyError,
    MisuseError,
    ProgramError,
)
from loyaltykit.events import Event, Purchase, Redemption, Return
from loyaltykit.facts import NumberFact
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.lots import Draw
from loyaltykit.movements import Released
from loyaltykit.periods import Period
from loyaltykit.program import Program
from loyaltykit.questions import Compare, Custom, Op
from loyaltykit.rates import Fixed, points
from loyaltykit.refusals import Missing
from loyaltykit.rules import Accrue, Rule
from loyaltykit.schema import kinds, shape_of, slots
from loyaltykit.subjects import basket, item
from loyaltykit.testing import conditions, histories, programs
from loyaltykit.tiers import Tier, Tiers
from loyaltykit.traces import ConditionTrace, EarningTrace, Explanation
from loyaltykit.transfers import TransferLot
from loyaltykit.triggers import On
from loyaltykit.windows import Forever

SRC = Path(loyaltykit.schema.__file__).parents[1]
BY_KIND: dict[str, Any] = {type(each).__name__: each for each in SPECIMENS}


def text_of(value: object) -> str:
    return dumps(value).decode()


# --- what is written comes back ---------------------------------------------------------------


def test_every_kind_has_a_specimen() -> None:
    assert sorted(BY_KIND) == list(kinds())
    assert len(BY_KIND) == len(SPECIMENS)


@pytest.mark.parametrize("name", BY_KIND)
def test_p19_a_value_of_every_kind_comes_back(name: str) -> None:
    value = BY_KIND[name]
    data = dumps(value)
    again = loads(data, type(value))
    assert again == value
    assert repr(again) == repr(value)  # 1 is not True, and Decimal("1") is neither
    assert dumps(again) == data
    assert decode(encode(value), type(value)) == value


@pytest.mark.parametrize("name", BY_KIND)
def test_canonical_bytes_are_what_json_writes_of_the_plain_form(name: str) -> None:
    value = BY_KIND[name]
    plain = {"loyaltykit": 1, "value": encode(value)}
    written = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert dumps(value) == written.encode()


@given(programs())
def test_p19_generated_programmes_come_back(program: Program) -> None:
    assert loads(dumps(program), Program) == program


@given(conditions())
def test_p19_generated_conditions_come_back(condition: Condition[Any]) -> None:
    again = loads(dumps(condition), type(condition))
    assert again == condition
    assert again.extent == condition.extent


@given(programs(), histories())
def test_p19_generated_events_and_decisions_come_back(
    program: Program, history: list[Event]
) -> None:
    engine = Engine(program)
    account = Account.new("ann")
    for event in history:
        assert loads(dumps(event), EVENTS) == event
        decision = engine.decide(account, event)
        again = loads(dumps(decision), Decision)
        assert again == decision
        assert repr(again) == repr(decision)
        assert [loads(dumps(each), EFFECTS) for each in decision.effects] == [*decision.effects]
        account = again.account


def test_a_map_keeps_the_order_in_which_it_was_filled() -> None:
    account = Account("ann", birthdays=FrozenMap([("z", 2026), ("a", 2025)]))
    assert list(loads(dumps(account), Account).birthdays) == ["z", "a"]


def test_the_type_of_a_reading_comes_back_with_it() -> None:
    readings = loads(dumps(record), type(record)).facts.values()
    assert [type(each) for each in readings] == [
        int, Decimal, str, bool, date, datetime, tuple, type(None),
    ]  # fmt: skip


def test_blanks_and_the_order_of_keys_do_not_matter() -> None:
    shuffled = (
        ' {"value" : {"seconds": 0, "is": "Period",\n"months": 2, "days": 1}, "loyaltykit": 1} '
    )
    assert loads(shuffled, Period) == Period(months=2, days=1)
    assert loads(shuffled.encode(), Period) == Period(months=2, days=1)


def test_one_of_several_kinds_is_read() -> None:
    event: Event = loads(dumps(purchase), EVENTS)
    assert event == purchase
    effect: Effect = loads(dumps(Released(AT, "l")), EFFECTS)
    assert effect == Released(AT, "l")
    with pytest.raises(DecodeError, match="write the kind Return or Redemption, not 'Purchase'"):
        loads(dumps(purchase), (Return, Redemption))


@pytest.mark.parametrize("name", BY_KIND)
def test_p19_data_without_a_field_that_has_a_default_loads(name: str) -> None:
    value = BY_KIND[name]
    for slot in slots(type(value)):
        plain: Any = encode(value)
        del plain[slot.name]
        try:
            found = decode(plain, type(value))
        except DecodeError as error:
            problem = error
        else:
            assert found == evolve(value, **{slot.name: slot.default})
            continue
        # A constructor may refuse the default beside the other fields.
        told = f"the key '{slot.name}' of a {name} is missing"
        assert (slot.default is NOTHING) == (told in str(problem))
        assert (slot.default is NOTHING) != isinstance(problem.__cause__, DefinitionError)


# --- one spelling -----------------------------------------------------------------------------


def test_golden_bytes_of_a_programme() -> None:
    club = Program(
        *("Club", "EUR"),
        timezone="Europe/Lisbon",
        rules=[
            Rule(
                "earned",
                On(Purchase),
                then=Accrue(points("1.50").per(10), expires=Forever()),
                when=basket.spend >= 15,
            )
        ],
        tiers=Tiers([Tier("gold", 500)]),
    )
    fact = (
        '{"is":"Fact","kind":"money","name":"spend","optional":false,"own":false,"scope":"basket"}'
    )
    assert text_of(club) == (
        '{"loyaltykit":1,"value":{"budgets":[],"coupons":[],"currency":"EUR","goodwill":null,'
        '"is":"Program","name":"Club","perks":[],"promotions":[],"purses":[],"redeeming":[],"remember":{"days":400,'
        '"is":"Period","months":0,"seconds":0},"rewards":[],"rules":[{"is":"Rule",'
        '"limit":[],"name":"earned","on":{"event":"purchase","is":"On"},"then":[{"carry":false,"earning":'
        '{"amount":"10","basis":{"discounts":"after","is":"Basis","paid":"money",'
        '"shipping":false,"tax":"as-given"},"is":"PerSpend","of":null,"points":"1.5"},"expires":{"is":"Forever"},'
        '"is":"Accrue","on_return":"re-evaluate","pending":null,"purse":"points","rounding":"floor",'
        '"scope":"order"}],'
        '"when":{"fact":'
        + fact
        + ',"is":"Compare","op":">=","value":{"is":"decimal","value":"15"}}}],"skew":{"days":0,'
        '"is":"Period","months":0,"seconds":300},"stacking":{"exclusive":"best","groups":[],'
        '"is":"Stacking","lanes":[{"against":"left","choose":"best","is":"Lane","most":null,'
        '"name":"promotions"},{"against":"left","choose":"best","is":"Lane","most":1,'
        '"name":"coupons"}]},"tiers":[{"downgrade":"metric","grace":null,'
        '"is":"Tiers","metric":{"counted":"accrued","is":"PointsEarned","purse":"points"},'
        '"name":"tier","skipped":"each","tiers":[{"expires":null,"is":"Tier","keep":null,'
        '"name":"gold","rate":null,"threshold":"500"}],"upgrade":{"is":"AtOnce"},'
        '"validity":{"is":"WhileQualified"},"window":{"is":"Lifetime"}}],'
        '"timezone":"Europe/Lisbon","unique_proofs":[]}}'
    )


def test_golden_bytes_of_an_event() -> None:
    assert text_of(evolve(purchase, paid=None, answers={"vip": None})) == (
        '{"loyaltykit":1,"value":{"answers":[["vip",null]],"at":"2026-03-01T09:30:00Z",'
        '"captures":["h-1"],"coupons":["CAKE-1"],"id":"o-1","is":"Purchase","labels":[["channel","app"],["desk",null],["gift",'
        'true],["kilos","0.5"],["notes",["a","b"]]],"lines":[{"brand":"Alba","category":"coffee",'
        '"discount":"0.25","id":"1","is":"Line","labels":[["channel","app"],["desk",null],["gift",'
        'true],["kilos","0.5"],["notes",["a","b"]]],"price":"3.5","quantity":2,"sku":"espresso",'
        '"tags":["a","b"],"tax":null}],"member":"ann","paid":null,"paid_shipping":null,"shipping":{"amount":"0",'
        '"is":"Shipping","tax":null},"spend":[["points",40]]}}'
    )


def test_golden_bytes_of_an_effect() -> None:
    assert text_of(Recorded(AT, "bestellt-ü\n", "0f", AT + timedelta(microseconds=7))) == (
        '{"loyaltykit":1,"value":{"at":"2026-03-01T09:30:00Z","digest":"0f","event":"bestellt-ü\\n",'
        '"is":"Recorded","until":"2026-03-01T09:30:00.000007Z"}}'
    )


def test_golden_text_of_scalars_that_json_lacks() -> None:
    text = text_of(EarningTrace("a third", Fraction(-1, 3)))
    assert '"worth":"-1/3"' in text
    assert '"amount":"0.0000001"' in text_of(Missing("f", "t", Decimal("1E-7")))
    assert '"amount":"1200"' in text_of(Missing("f", "t", Decimal("1.2E+3")))
    assert '"amount":"-1.5"' in text_of(Missing("f", "t", Decimal("-1.50")))
    assert '{"is":"date","value":"1990-02-28"}' in text_of(record)
    assert '{"is":"instant","value":"2026-03-01T09:30:00Z"}' in text_of(record)


def test_an_instant_is_written_in_utc_wherever_it_was_taken() -> None:
    lisbon = AT.astimezone(ZoneInfo("Asia/Tokyo"))
    assert dumps(Released(lisbon, "l")) == dumps(Released(AT, "l"))


def test_the_ambient_decimal_context_changes_no_byte() -> None:
    value = Missing("f", "t", Decimal("123456789.123456789"))
    before = dumps(value)
    with localcontext() as context:
        context.prec, context.capitals = 3, 0
        assert dumps(value) == before
        assert loads(before, Missing) == value


SCRIPT = """
import sys
from specimens import SPECIMENS
from loyaltykit.codec import digest, dumps, loads
for value in SPECIMENS:
    data = dumps(value)
    assert dumps(loads(data, type(value))) == data
    sys.stdout.buffer.write(data + digest(value).encode())
"""


@pytest.mark.parametrize(("seed", "zone"), [("0", "UTC"), ("1", "America/St_Johns")])
def test_p8_another_process_writes_the_same_bytes(seed: str, zone: str) -> None:
    path = os.pathsep.join([str(SRC), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": path}
    written = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, check=True
    ).stdout
    assert written == b"".join(dumps(each) + digest(each).encode() for each in SPECIMENS)


# --- digests ----------------------------------------------------------------------------------


def test_a_digest_leaves_out_what_holds_its_default() -> None:
    spent = Redemption("r-1", AT, member="ann", points=60)
    told = b'{"is":"Redemption","at":"2026-03-01T09:30:00Z","id":"r-1","member":"ann","points":60}'
    assert digest(spent) == sha256(told).hexdigest()
    assert digest(evolve(spent, purse="credit")) != digest(spent)
    bought = Purchase("o-2", AT, member="ann", lines=[Line("1", "tea", price=2, discount="0")])
    told = (
        b'{"is":"Purchase","at":"2026-03-01T09:30:00Z","id":"o-2","lines":[{"is":"Line","id":"1",'
        b'"price":"2","sku":"tea"}],"member":"ann"}'
    )
    assert digest(bought) == sha256(told).hexdigest()


OTHERS = (
    "other",
    12_345,
    7,
    Decimal("9.75"),
    date(1991, 7, 5),
    AT - timedelta(days=1),
    LATER + timedelta(1),
    Since.EARNED,
    *("Asia/Kabul", (), {"1": True}, {"1": 5}, (evolve(line, id="2"),), Period(days=77)),
    (TransferLot(1, AT),),
    True,
)


@pytest.mark.parametrize("name", [kind.__name__ for kind in EVENTS])
def test_p4_a_digest_changes_with_every_field_of_an_event(name: str) -> None:
    event = BY_KIND[name]
    found = [digest(event)]
    for slot in slots(type(event)):
        for value in OTHERS:
            with suppress(LoyaltyError):
                found.append(digest(evolve(event, **{slot.name: value})))
                break
    fields = [slot.name for slot in slots(type(event))]
    assert len(set(found)) == len(found) == len(fields) + 1


def test_equal_events_have_one_digest_however_they_were_written() -> None:
    shuffled = evolve(
        purchase,
        at=AT.astimezone(timezone(timedelta(hours=9))),
        labels=dict(reversed(list(purchase.labels.items()))),
        paid="6.750",
    )
    assert digest(shuffled) == digest(purchase)


# --- what is refused when it is written -------------------------------------------------------


class Colour(Enum):
    RED = "red"


COLOUR: Any = Colour.RED
SHORT: Any = ("a",)
WORDY: Any = {"a": 1, "b": "2"}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (object(), "object is no kind"),
        (1, "int is no kind"),
        (None, "NoneType is no kind"),
        ((purchase,), "tuple is no kind"),
        (item.category, "TextFact is no kind"),
        (Draw(lot, 1.5), r"at \$\.points: must be a whole number, not 1\.5"),  # type: ignore[arg-type]
        (Draw(lot, True), r"at \$\.points: must be a whole number, not True"),
        (Draw(lot, 10**30), r"at \$\.points: must have at most 30 digits"),
        (Draw(purchase, 1), r"at \$\.lot: must be a Lot"),  # type: ignore[arg-type]
        (Released("now", "l"), r"at \$\.at: must be a datetime"),  # type: ignore[arg-type]
        (Released(datetime(2026, 3, 1), "l"), "must be a datetime with a time zone"),  # noqa: DTZ001
        (
            Released(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))), "l"),
            "within the years 1 to 9999",
        ),
        (Released(AT, 7), r"at \$\.lot: must be text"),  # type: ignore[arg-type]
        (Released(AT, b"l"), r"at \$\.lot: must be text"),  # type: ignore[arg-type]
        (Released(AT, "\ud800"), "lone surrogates"),
        (Referred(AT, "bob", ["cyd"]), r"at \$\.ancestors: must be a tuple"),  # type: ignore[arg-type]
        (Referred(AT, "bob", ("cyd", 7)), r"at \$\.ancestors\[1\]: must be text"),  # type: ignore[arg-type]
        (CouponPresented(AT, "C", "5"), r"at \$\.discount: must be one of int, None"),  # type: ignore[arg-type]
        (ConditionTrace("t", 1), r"at \$\.held: must be True or False"),  # type: ignore[arg-type]
        (ConditionTrace("t", True, actual=4), r"at \$\.actual: must be one of str, None"),  # type: ignore[arg-type]
        (Missing("f", "t", Decimal("NaN")), r"at \$\.amount: "),
        (Missing("f", "t", Decimal("1E+1000000")), r"at \$\.amount: "),
        (EarningTrace("t", 1), r"at \$\.worth: must be a Fraction"),  # type: ignore[arg-type]
        (EarningTrace("t", Fraction(1, 10**4000)), "at most 4000 digits"),
        (evolve(lot, rule=COLOUR), r"at \$\.rule: must be one of str, None"),
        (Account("ann", profile=None), r"at \$\.profile: must be a Profile"),  # type: ignore[arg-type]
        (Account("ann", purses={}), r"at \$\.purses: must be a FrozenMap"),  # type: ignore[arg-type]
        (
            Account("ann", armed=FrozenMap({SHORT: AT})),
            r"at \$\.armed\[0\]\[0\]: must be a tuple of 2",
        ),
        (
            Account("ann", birthdays=FrozenMap(WORDY)),
            r"at \$\.birthdays\[1\]\[1\]: must be a whole number",
        ),
        (Count(1, AT.date()), r"at \$\.until: must be one of datetime, None"),  # type: ignore[arg-type]
    ],
)
def test_p2_what_cannot_be_stored_is_misuse(value: object, problem: str) -> None:
    with pytest.raises(MisuseError, match=problem):
        dumps(value)
    with pytest.raises(MisuseError):
        digest(value)


@pytest.mark.parametrize("name", BY_KIND)
def test_p2_a_field_of_another_type_is_never_written(name: str) -> None:
    for slot in slots(kinds()[name]):
        broken = evolve(BY_KIND[name])
        object.__setattr__(broken, slot.name, 1.5)  # past every validator
        with pytest.raises(MisuseError, match=rf"^at \$\.{slot.name}: "):
            dumps(broken)
        with pytest.raises(MisuseError, match=rf"^at \$\.{slot.name}: "):
            digest(broken)


def test_text_of_a_subclass_is_written_as_text() -> None:
    class Safe(str):
        __slots__ = ()

    shown = ConditionTrace(Safe("tea"), True, actual=Safe("yes"))
    again = loads(dumps(shown), ConditionTrace)
    assert again == shown
    assert (type(again.text), type(again.actual)) == (str, str)


def test_an_interpreter_that_prints_fewer_digits_gets_an_answer() -> None:
    trace = EarningTrace("t", Fraction(10**900, 7))
    data = dumps(trace)
    most = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        with pytest.raises(MisuseError, match=r"at \$\.worth"):
            dumps(trace)
        with pytest.raises(DecodeError, match=r"at \$\.worth"):
            loads(data, EarningTrace)
    finally:
        sys.set_int_max_str_digits(most)
    assert loads(data, EarningTrace) == trace


def test_a_host_whose_stack_is_nearly_full_gets_an_answer() -> None:
    trace = ConditionTrace("t", True)
    for _ in range(90):
        trace = ConditionTrace("t", True, parts=(trace,))
    data = dumps(trace)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth_of_stack() + 150)
    try:
        with pytest.raises(DecodeError, match="nested too deep"):
            loads(data, ConditionTrace)
        with pytest.raises(LimitError, match="nests too deep"):
            dumps(trace)
    finally:
        sys.setrecursionlimit(limit)


def depth_of_stack() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def test_what_nests_too_deep_is_not_written() -> None:
    trace = ConditionTrace("t", True)
    for _ in range(98):
        trace = ConditionTrace("t", True, parts=(trace,))
    assert loads(dumps(trace), ConditionTrace) == trace  # 198 lists and objects in one another
    for _ in range(2):
        trace = ConditionTrace("t", True, parts=(trace,))
    with pytest.raises(LimitError, match="at most 200 deep"):
        dumps(trace)
    for _ in range(5_000):
        trace = ConditionTrace("t", True, parts=(trace,))
    with pytest.raises(LimitError, match="deep"):  # or too deep for the stack, if that is shorter
        encode(trace)


def test_what_is_too_large_is_not_written() -> None:
    with pytest.raises(LimitError, match="at most 33554432 bytes"):
        dumps(Explanation(notes=("x" * MAX_BYTES,)))
    with pytest.raises(LimitError, match="at most 4000000 values"):
        dumps(Explanation(notes=("",) * 4_000_000))


# --- what is refused when it is read ----------------------------------------------------------


def changed(plain: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of plain data with another value at a path; without it, for `...`."""
    if not path:
        return value
    copy = plain.copy()
    if len(path) == 1 and value is ...:
        del copy[path[0]]
    elif path[0] in plain if isinstance(plain, dict) else True:
        copy[path[0]] = changed(plain[path[0]], path[1:], value)
    else:
        copy[path[0]] = value
    return copy


CLUB: Any = encode(BY_KIND["Program"])
ORDER: Any = encode(purchase)
TOLD: Any = encode(record)
WHEN = ("rules", 0, "when")


@pytest.mark.parametrize(
    ("kind", "plain", "path", "value", "where", "problem"),
    [
        (Program, CLUB, (), [], "$", "write an object of kind Program, not a list"),
        (Program, CLUB, (), None, "$", "not null"),
        (Program, CLUB, ("is",), "Account", "$", "write the kind Program, not 'Account'"),
        (Program, CLUB, ("is",), "program", "$", "not 'program'"),
        (Program, CLUB, ("is",), ["Program"], "$", "not a list"),
        (Program, CLUB, ("is",), ..., "$", "under the key 'is'"),
        (Program, CLUB, ("colour",), 1, "$", "a Program has no key 'colour'"),
        (Program, CLUB, ("name",), ..., "$", "the key 'name' of a Program is missing"),
        (Program, CLUB, ("currency",), "XXX", "$", "no active ISO 4217 code"),
        (Program, CLUB, ("name",), 7, "$.name", "write text, not 7"),
        (Program, CLUB, ("name",), "\ud800", "$.name", "lone surrogates"),
        (Program, CLUB, ("rules",), {}, "$.rules", "write a list, not an object"),
        (Program, CLUB, ("rules", 0), "earned", "$.rules[0]", "an object of kind Rule"),
        (Program, CLUB, ("rules", 0, "then", 0, "is"), "Pay", "$.rules[0].then[0]", "not 'Pay'"),
        (Program, CLUB, ("rules", 0, "then"), [], "$.rules[0]", "1 to 100 actions"),
        (Program, CLUB, ("rules", 0, "on"), None, "$.rules[0].on", "not null"),
        (Program, CLUB, (*WHEN, "fact"), 1, "$.rules[0].when.fact", "of kind Fact, not 1"),
        (Program, CLUB, (*WHEN, "fact", "own"), 1, "$.rules[0].when.fact.own", "true or false"),
        (Program, CLUB, (*WHEN, "fact", "kind"), "x", "$.rules[0].when.fact.kind", "write one of"),
        (Program, CLUB, (*WHEN, "fact", "kind"), [], "$.rules[0].when.fact.kind", "not a list"),
        (Program, CLUB, (*WHEN, "op"), "=", "$.rules[0].when.op", "write one of <, <=, >, >="),
        (Program, CLUB, (*WHEN, "value"), 15, "$.rules[0].when.value", "decimal or date"),
        (Program, CLUB, (*WHEN, "value"), "15", "$.rules[0].when", "cannot be compared"),
        (Program, CLUB, (*WHEN, "value", "value"), "15.0", "$.rules[0].when.value.value", "zeros"),
        (Program, CLUB, (*WHEN, "value", "is"), "instant", "$.rules[0].when.value", "date"),
        (Program, CLUB, (*WHEN, "value", "unit"), 1, "$.rules[0].when.value", "no others"),
        (Program, CLUB, (*WHEN, "extent"), 1, "$.rules[0].when", "no key 'extent'"),
        (Program, CLUB, (*WHEN, 7), 1, "$.rules[0].when", "no key 7"),
        (Program, CLUB, ("tiers",), None, "$.tiers", "a list, not null"),
        (Program, CLUB, ("remember", "days"), True, "$.remember.days", "not true"),
        (Program, CLUB, ("remember", "days"), "4", "$.remember.days", "whole number"),
        (Program, CLUB, ("remember", "days"), 4.0, "$.remember.days", "not float"),
        (Program, CLUB, ("remember", "days"), 10**30, "$.remember.days", "not a longer number"),
        (Program, CLUB, ("remember", "days"), -1, "$.remember", "0 to 36525 days"),
        (Purchase, ORDER, ("at",), "2026-03-01T09:30:00", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "2026-03-01T09:30:00+00:00", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "2026-03-01T09:30Z", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "2026-03-01 09:30:00Z", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "2026-03-01T09:30:00.000000Z", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "2026-03-01T09:30:00.5Z", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "2026-02-29T09:30:00Z", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "2026-03-01T24:00:00Z", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "２026-03-01T09:30:00Z", "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), 1_772_357_400, "$.at", "an instant in UTC"),
        (Purchase, ORDER, ("at",), "1500-03-01T09:30:00Z", "$", "1900"),
        (Purchase, ORDER, ("paid",), 6, "$.paid", "text or null, not 6"),
        (Purchase, ORDER, ("paid",), "6.750", "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "06.75", "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "+6.75", "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "-0", "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "1e3", "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "1_0", "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "NaN", "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "5\n", "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "9" * 16, "$.paid", "without needless zeros"),
        (Purchase, ORDER, ("paid",), "-6.75", "$", "at least 0"),
        (Purchase, ORDER, ("lines",), [], "$", "at least one line"),
        (Purchase, ORDER, ("lines", 0, "sku"), None, "$.lines[0].sku", "write text, not null"),
        (Purchase, ORDER, ("lines", 0, "quantity"), 0, "$.lines[0]", "quantity of a line"),
        (Purchase, ORDER, ("labels",), {}, "$.labels", "write a list, not an object"),
        (Purchase, ORDER, ("labels", 0), ["a"], "$.labels[0]", "write a list of 2, not a list"),
        (Purchase, ORDER, ("labels", 0, 0), 1, "$.labels[0][0]", "write text"),
        (Purchase, ORDER, ("labels", 1, 0), "channel", "$.labels[1][0]", "same key stands before"),
        (Purchase, ORDER, ("labels", 0, 1), 1, "$.labels[0][1]", "of kind decimal, not 1"),
        (Purchase, ORDER, ("answers", 0, 1), "no", "$.answers[0][1]", "true or false or null"),
        (type(record), TOLD, ("facts", 0, 0, "own"), 0, "$.facts[0][0].own", "true or false"),
        (type(record), TOLD, ("facts", 4, 1, "value"), "1990-2-28", "$.facts[4][1].value", "date"),
        (type(record), TOLD, ("facts", 4, 1, "value"), "1990-02-30", "$.facts[4][1].value", "date"),
        (type(record), TOLD, ("facts", 4, 1, "value"), 1990, "$.facts[4][1].value", "date"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(
    kind: type[Any], plain: Any, path: tuple[Any, ...], value: Any, where: str, problem: str
) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(changed(plain, path, value), kind)
    assert caught.value.path == where
    assert str(caught.value).startswith(f"at {where}: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    "text", ["1/0", "2/4", "-0", "1/1", "0.5", "1/-2", "01/2", " 1/2", "9" * 4_001, 1, "1/2/3", ""]
)
def test_a_fraction_is_read_in_its_lowest_terms_only(text: object) -> None:
    plain: Any = encode(EarningTrace("t", Fraction(1, 2)))
    with pytest.raises(DecodeError, match=r"at \$\.worth: write a fraction in its lowest terms"):
        decode({**plain, "worth": text}, EarningTrace)


def test_a_fraction_of_4000_digits_comes_back() -> None:
    worth = Fraction(10**4_000 - 1, 7 * 10**3_998)
    trace = EarningTrace("t", worth)
    assert loads(dumps(trace), EarningTrace) == trace


def test_what_a_constructor_refuses_is_the_cause() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(changed(CLUB, ("rules", 1, "name"), "earned"), Program)
    assert isinstance(caught.value.__cause__, ProgramError)
    with pytest.raises(DecodeError, match="quantity") as caught:
        decode(changed(ORDER, ("lines", 0, "quantity"), 0), Purchase)
    assert caught.value.path == "$.lines[0]"
    assert isinstance(caught.value.__cause__, DefinitionError)


def wrapped(value: str) -> str:
    return f'{{"loyaltykit":1,"value":{value}}}'


PERIOD = '{"is":"Period","months":%s}'
SPACE = wrapped(PERIOD % "1")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "not JSON at character 0"),
        ("nonsense", "not JSON"),
        (SPACE + "x", "not JSON at character 51"),
        (SPACE[:-1], "not JSON"),
        ("\ufeff" + SPACE, "not JSON"),
        (SPACE.encode("utf-16"), "not UTF-8 at byte 0"),
        (b'{"\xff":1}', "not UTF-8 at byte 2"),
        ("[]", 'write {"loyaltykit": 1, "value": ...}, not a list'),
        ("null", "not null"),
        (PERIOD % "1", "not an object of kind 'Period'"),
        ('{"value":{}}', "not null"),
        ('{"loyaltykit":2,"value":{}}', "format 1 is what this version reads, not 2"),
        ('{"loyaltykit":true,"value":{}}', "not true"),
        ('{"loyaltykit":1}', "the key 'value' is missing"),
        ('{"loyaltykit":1,"value":{},"more":1}', "write {"),
        ('{"loyaltykit":1,"loyaltykit":1,"value":{}}', "the key 'loyaltykit' twice"),
        (wrapped('{"is":"Period","days":1,"days":1}'), "not an object with the key 'days' twice"),
        (wrapped("{" + ",".join(f'"{n}":0' for n in range(101)) + "}"), "an object with 101 keys"),
        (wrapped(PERIOD % "NaN"), r"at \$\.months: .* not the number NaN"),
        (wrapped(PERIOD % "-Infinity"), r"at \$\.months: .* not the number -Infinity"),
        (wrapped(PERIOD % "1.0"), r"at \$\.months: .* not the number 1\.0"),
        (wrapped(PERIOD % "1e400"), r"at \$\.months: .* not the number 1e400"),
        (wrapped(PERIOD % "1E2"), r"at \$\.months: .* not the number 1E2"),
        (wrapped(PERIOD % ("9" * 31)), r"at \$\.months: .* not a longer number"),
        (wrapped(PERIOD % ("9" * 1_000_000)), r"at \$\.months: .* not a longer number"),
        (wrapped(PERIOD % '"\\ud800"'), r"at \$\.months"),
        (wrapped('{"is":"Period","a\tb":1}'), "not JSON"),
    ],
)
def test_data_that_was_never_written_is_refused(data: bytes | str, problem: str) -> None:
    with pytest.raises(DecodeError, match=problem):
        loads(data, Period)


@pytest.mark.parametrize(
    "kind", [int, object, (), (Purchase, str), NumberFact, "Account", None, []]
)
def test_a_kind_that_is_not_stored_is_misuse(kind: Any) -> None:
    with pytest.raises(MisuseError, match="class that is stored"):
        loads(SPACE, kind)
    with pytest.raises(MisuseError, match="class that is stored"):
        decode({}, kind)


def test_the_bounds_of_stored_data_are_as_stated() -> None:
    assert loads(SPACE + " " * (MAX_BYTES - len(SPACE)), Period) == Period(months=1)
    with pytest.raises(DecodeError, match="at most 33554432 bytes are read, not 33554433"):
        loads(SPACE + " " * (MAX_BYTES - len(SPACE) + 1), Period)
    with pytest.raises(DecodeError, match="not a list"):
        loads("[" * 200 + "]" * 200, Period)
    with pytest.raises(DecodeError, match="nests at most 200 deep"):
        loads("[" * 201 + "]" * 201, Period)


@pytest.mark.parametrize("text", ["", "]]]", '\\"', "\\\\", '\\\\\\"]', "ü]", "]" * 300])
def test_brackets_in_text_do_not_hide_how_deep_data_nests(text: str) -> None:
    with pytest.raises(DecodeError, match="nests at most 200 deep"):
        loads(f'["{text}",' + "[" * 200 + "]" * 201, Period)
    with pytest.raises(DecodeError, match="not a list"):
        loads(f'["{text}",' + "[]," * 200 + "[" * 199 + "]" * 200, Period)


@pytest.mark.parametrize("data", [None, 7, bytearray(b"{}"), {"loyaltykit": 1}])
def test_data_is_bytes_or_text(data: Any) -> None:
    with pytest.raises(MisuseError, match="stored data is bytes or text"):
        loads(data, Period)


# --- hostile data -----------------------------------------------------------------------------

NOT = '{"is":"Not","condition":'
ALL = '{"is":"AllOf","conditions":['
SOME = 500_000


def hostile() -> Iterator[tuple[str, str]]:
    yield "brackets that open", "[" * SOME
    yield "brackets that open and close", "[" * SOME + "]" * SOME
    yield "objects in objects", '{"a":' * SOME
    yield "201 lists", "[" * 201 + "]" * 201
    yield "1000 lists", "[" * 1_000 + "]" * 1_000
    yield "brackets behind a text with brackets", '["]]]]' + '\\"]' * 50 + '",' + "[" * 300
    yield "brackets behind a text of backslashes", '["\\\\",' + "[" * 300 + "]" * 301
    yield "empty lists", wrapped("[" + "[]," * SOME + "[]]")
    yield "empty objects", wrapped("[" + "{}," * SOME + "{}]")
    yield "zeros", wrapped("[" + "0," * (2 * SOME) + "0]")
    yield "too many zeros", wrapped("[" + "0," * (9 * SOME) + "0]")
    yield "too many texts", wrapped("[" + '"",' * (9 * SOME) + '""]')
    yield "keys", "{" + ",".join(f'"{number}":0' for number in range(SOME // 2)) + "}"
    yield "quotes", '"' * (9 * SOME)
    yield "more quotes than values", '"' * (33 * SOME)
    yield "a text that never ends", '"' + 'a\\"' * SOME
    yield "backslashes", "\\" * SOME
    yield "digits", wrapped(PERIOD % ("1" * (20 * SOME)))
    yield "an exponent", wrapped(PERIOD % "1e1000000000")
    yield "a decimal bomb", wrapped('{"is":"Fixed","points":"1e1000000000"}')
    yield "a long decimal", wrapped('{"is":"Fixed","points":"%s"}' % ("1" * SOME))
    yield "a long fraction", wrapped('{"is":"EarningTrace","worth":"%s/7"}' % ("1" * SOME))
    yield "not not not", wrapped(NOT * 60 + '{"is":"Custom","name":"x"}' + "}" * 60)
    yield "not 99 times", wrapped(NOT * 99 + '{"is":"Custom","name":"x"}' + "}" * 99)
    yield "all of all", wrapped(ALL * 60 + "]}" * 60)
    yield "wide", wrapped(ALL + '{"is":"Custom","name":"x"},' * 20_000 + "null]}")
    yield "surrogates", wrapped('{"is":"Custom","name":"\\udfff"}')
    yield "nul", wrapped('{"is":"Custom","name":"\\u0000"}')
    yield "one byte too many", " " * (MAX_BYTES + 1)


def within_a_second(data: bytes | str) -> None:
    for kind in ((Program, Account, *EVENTS, *EFFECTS, EarningTrace, Fixed), (Not, AllOf, Custom)):
        with within(1), pytest.raises(DecodeError):
            loads(data, kind)


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in hostile()])
def test_p20_hostile_text_is_refused_within_a_second(data: str) -> None:
    within_a_second(data)
    within_a_second(data.encode())


def shared() -> Iterator[tuple[str, Any]]:
    endless: Any = {"is": "Not"}
    endless["condition"] = endless
    yield "an object in itself", endless
    ring: Any = []
    ring.append(ring)
    yield "a list in itself", {"is": "AllOf", "conditions": ring}
    double: Any = {"is": "Custom", "name": "x"}
    for _ in range(90):
        double = {"is": "AllOf", "conditions": [double, double]}
    yield "2 to the power of 90", double
    tenfold: Any = {"is": "Custom", "name": "x"}
    for _ in range(40):
        tenfold = {"is": "AllOf", "conditions": [tenfold] * 10}
    yield "10 to the power of 40", tenfold
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    yield "100,000 deep", {"is": "AllOf", "conditions": deep}


@pytest.mark.parametrize("plain", [pytest.param(plain, id=name) for name, plain in shared()])
def test_p20_plain_data_that_shares_parts_is_refused_within_a_second(plain: Any) -> None:
    with within(1), pytest.raises(DecodeError):
        decode(plain, AllOf)


def test_what_nests_50_deep_is_read_and_51_is_not() -> None:
    plain: Any = encode(Custom("x"))
    for _ in range(49):
        plain = {"is": "AllOf", "conditions": [plain]}
    deep = decode(plain, AllOf)
    assert deep.extent.depth == 50
    assert encode(deep) == plain
    with pytest.raises(DecodeError, match="at most 50 deep"):
        decode({"is": "Not", "condition": plain}, Not)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    | st.sampled_from([*kinds(), "decimal", "date", "instant", "2026-03-01T09:30:00Z", "1.5"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["is", "value", "at", "id", "lines", "labels", "rules", "x"]), inner
    ),
    max_leaves=20,
)  # fmt: skip


@given(PLAIN)
def test_p20_whatever_the_plain_data_only_a_loyalty_error_is_raised(plain: Any) -> None:
    with pytest.raises(LoyaltyError):
        decode(plain, (Program, Account, Purchase))
    with pytest.raises(LoyaltyError):
        loads(json.dumps({"loyaltykit": 1, "value": plain}), (Program, Account, Purchase))


def places(plain: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    parts = plain.items() if isinstance(plain, dict) else enumerate(plain)
    for step, part in parts:
        if isinstance(part, dict | list):
            yield from places(part, (*path, step))
        else:
            yield (*path, step)


@given(st.data(), PLAIN)
def test_p20_one_change_anywhere_gives_a_value_or_a_loyalty_error(data: Any, planted: Any) -> None:
    name = data.draw(st.sampled_from(sorted(BY_KIND)))
    plain = encode(BY_KIND[name])
    path = data.draw(st.sampled_from([*places(plain)]))
    with suppress(DecodeError):
        found = decode(changed(plain, path, planted), kinds()[name])
        assert loads(dumps(found), type(found)) == found


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_p20_whatever_the_bytes_only_a_decode_error_is_raised(data: bytes | str) -> None:
    with pytest.raises(DecodeError):
        loads(data, Account)


@given(st.data())
def test_p20_bytes_cut_or_overwritten_anywhere_give_a_value_or_a_decode_error(data: Any) -> None:
    written = dumps(data.draw(st.sampled_from([purchase, BY_KIND["Program"]])))
    start = data.draw(st.integers(0, len(written)))
    end = data.draw(st.integers(start, min(len(written), start + 8)))
    hurt = written[:start] + data.draw(st.binary(max_size=8)) + written[end:]
    with suppress(DecodeError):
        found = loads(hurt, (Program, Purchase))
        assert loads(dumps(found), type(found)) == found


# --- the table --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hint", [float, list[int], dict[str, int], Any, tuple[int, ...] | list[str]]
)
def test_nothing_is_written_for_other_types(hint: Any) -> None:
    with pytest.raises(MisuseError, match="nothing is written"):
        shape_of(hint)


@pytest.mark.parametrize(
    "hint",
    [tuple[int, ...] | tuple[str, ...] | None, FrozenMap[str, int] | tuple[str, ...], Op | str],
)
def test_what_could_not_be_told_apart_is_no_shape(hint: Any) -> None:
    with pytest.raises(MisuseError, match="could not be told apart"):
        shape_of(hint)


def test_two_kinds_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    @frozen
    class Period:
        days: int

    monkeypatch.setattr(loyaltykit.schema, "_ROOTS", (Program, Period))
    with pytest.raises(MisuseError, match="two kinds are called Period"):
        kinds.__wrapped__()


def test_no_field_is_called_like_the_tag_or_unlike_its_argument() -> None:
    for kind in kinds().values():
        names = {slot.name for slot in slots(kind)}
        assert "is" not in names
        assert not any(name.startswith("_") for name in names)


def test_a_default_that_a_trigger_has_is_written_all_the_same() -> None:
    assert encode(Triggered(AT, "gift", "2026")) == {
        "at": "2026-03-01T09:30:00Z",
        "is": "Triggered",
        "rule": "gift",
        "subject": "2026",
        "year": None,
    }


def test_a_constant_keeps_its_type() -> None:
    born = Compare(BY_KIND["Anniversary"].fact, Op.LT, DAY)
    assert type(loads(dumps(born), Compare).value) is date
    much = Compare(spend, Op.LT, Decimal(1))
    assert type(loads(dumps(much), Compare).value) is Decimal
