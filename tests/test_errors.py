"""Errors cross process boundaries, and their messages survive the strangest of values."""

import copy
import pickle
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from desk import NOON, Desk, day
from diaries import MEMBER

from loyaltykit import (
    Account,
    Calendar,
    ConflictError,
    Credit,
    DecodeError,
    DefinitionError,
    Issue,
    Line,
    LoyaltyError,
    MisuseError,
    Program,
    ProgramError,
    Purchase,
    Return,
    Rule,
    apply,
    days,
    fold,
    loads,
    referral,
)


def _program_error() -> LoyaltyError:
    with pytest.raises(ProgramError) as caught:
        Program("club", "EUR", timezone="UTC", rules=[Rule("gift", Purchase, then=Issue("NONE"))])
    return caught.value


def _decode_error() -> LoyaltyError:
    with pytest.raises(DecodeError) as caught:
        loads(b"{}", Account)
    return caught.value


def _pickled(error: LoyaltyError) -> object:
    back: object = pickle.loads(pickle.dumps(error))  # noqa: S301 - written a moment ago
    return back


@pytest.mark.parametrize("made", [_program_error(), _decode_error(), ConflictError("again")])
@pytest.mark.parametrize("through", [_pickled, copy.copy, copy.deepcopy])
def test_an_error_comes_back_whole_from_another_process(
    made: LoyaltyError, through: Callable[[LoyaltyError], object]
) -> None:
    back = through(made)
    assert type(back) is type(made)
    assert str(back) == str(made)
    assert vars(back) == vars(made)


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def _deep() -> list[Any]:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    return nested


@pytest.mark.parametrize("value", [Broken(), _deep()], ids=["broken", "deep"])
def test_a_value_that_cannot_be_printed_is_refused_like_any_other(value: Any) -> None:
    with pytest.raises(MisuseError, match="cannot be printed"):
        Line("1", "beans", price=value)
    with pytest.raises(MisuseError, match="cannot be printed"):
        Desk().tell(value)


def test_an_int_too_long_to_print_is_described() -> None:
    with pytest.raises(DefinitionError, match="unit: write one of day, .* of 16610 bits"):
        Calendar(10**5000)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="the name of a referral must be text, not int"):
        referral(referrer=Credit(10), pending=days(30), name=10**5000)  # type: ignore[arg-type]


def test_a_returned_quantity_is_called_a_quantity() -> None:
    with pytest.raises(DefinitionError, match="quantity of returned line '2' must be .* not 0"):
        Return("r1", day(0), member=MEMBER, order="o1", lines={"2": 0})


def test_a_balance_at_a_naive_instant_says_what_to_write() -> None:
    with pytest.raises(DefinitionError, match="has no time zone; write datetime"):
        Account.new(MEMBER).balance(datetime(2026, 3, 1))  # noqa: DTZ001 - the point
    assert Account.new(MEMBER).balance(NOON).available == 0


def test_only_effects_fold_into_an_account() -> None:
    account = Account.new(MEMBER)
    with pytest.raises(MisuseError, match="apply: 'order' is no effect"):
        apply(account, "order")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match=r"apply: write Account.new\(member\), not None"):
        apply(None, "order")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="fold: write a list of effects, not 7"):
        fold(account, 7)  # type: ignore[arg-type]
