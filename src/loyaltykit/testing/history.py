"""Strategy for histories: what one member did, as events in order of time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from loyaltykit.events import (
    Activity,
    Capture,
    Confirmation,
    Enrolment,
    Event,
    ProfileChange,
    Purchase,
    Redemption,
    Referral,
    Release,
    Reservation,
    Return,
    RewardClaim,
)
from loyaltykit.testing import words
from loyaltykit.testing.buying import answers, optional, purchases, subsets
from loyaltykit.testing.times import birthdays, gaps, instants

Left = dict[str, dict[str, int]]
"""Units that were not returned, by order and line."""

_PROFILE = {
    "plan": optional(st.sampled_from(words.PLANS)),
    "visits": optional(st.integers(0, 12)),
    "staff": optional(st.booleans()),
    "likes": optional(subsets(words.TAGS)),
}


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    member: str = "ann",
    most: int = 10,
    codes: Sequence[str] = (),
    purses: Sequence[str] = ("points",),
) -> list[Event]:
    """One member's events: an enrolment, then up to `most` others, in order of time, ids unique.

    Purchases, returns of what was bought and not yet returned, confirmations, redemptions,
    reservations, rewards, activities and changes of the profile; perhaps a referral before anything
    is bought. Some come at the same instant. Every label and answer that drawn programmes can ask
    for is there. A redemption or an order may spend more points than the member has. Purchases
    present some of `codes`.
    """
    at = draw(instants())
    events: list[Event] = [
        Enrolment(
            "event-0",
            at,
            member=member,
            birthday=draw(optional(birthdays())),
            zone=draw(optional(st.sampled_from(words.ZONES))),
            labels=draw(_labels()),
        )
    ]
    if draw(st.booleans()):
        events.append(Referral("event-0-referral", at, member=member, referrer="bea"))
    left: Left = {}
    reserved: list[str] = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        at += draw(gaps())
        kinds = ["purchase", "purchase", "redemption", "activity", "profile", "reservation"]
        kinds += ["capture", "release"] if reserved else ["reward"]
        kinds += ["return", "return", "confirmation"] if left else []
        kind = draw(st.sampled_from(kinds))
        made = draw(_event(f"event-{number}", at, member, kind, left, reserved, codes, purses))
        events.append(made)
    return events


@st.composite
def _event(
    draw: st.DrawFn,
    id: str,
    at: datetime,
    member: str,
    kind: str,
    left: Left,
    reserved: list[str],
    codes: Sequence[str],
    purses: Sequence[str],
) -> Event:
    match kind:
        case "purchase":
            bought: Purchase = draw(purchases(id=id, at=at, member=member, codes=codes))
            if draw(st.integers(0, 5)) == 0:
                spend = {draw(st.sampled_from(purses)): draw(st.integers(1, 60))}
                bought = evolve(bought, spend=spend)
            left[id] = {line.id: line.quantity for line in bought.lines}
            return bought
        case "return":
            order = draw(st.sampled_from(sorted(left)))
            return Return(id, at, member=member, order=order, lines=draw(_returned(left, order)))
        case "confirmation":
            return Confirmation(id, at, member=member, of=draw(st.sampled_from(sorted(left))))
        case "redemption":
            purse = draw(st.sampled_from(purses))
            amount = draw(st.integers(1, 200))
            return Redemption(id, at, member=member, points=amount, purse=purse)
        case "reservation":
            reserved.append(id)
            return Reservation(
                id,
                at,
                member=member,
                points=draw(st.integers(1, 100)),
                purse=draw(st.sampled_from(purses)),
                until=at + draw(gaps()) + timedelta(hours=1),
            )
        case "capture":
            part = draw(optional(st.integers(1, 100)))
            name = draw(st.sampled_from(reserved))
            return Capture(id, at, member=member, reservation=name, points=part)
        case "release":
            return Release(id, at, member=member, reservation=draw(st.sampled_from(reserved)))
        case "reward":
            wanted = draw(st.sampled_from(words.REWARDS))
            return RewardClaim(
                id, at, member=member, reward=wanted, quantity=draw(st.integers(1, 2))
            )
        case "activity":
            labels: dict[str, Any] = {"place": draw(st.sampled_from(words.PLACES))}
            return Activity(
                id,
                at,
                member=member,
                kind=draw(st.sampled_from(words.ACTIVITIES)),
                labels=labels | draw(_some({"rating": optional(st.integers(0, 12))})),
                answers=draw(answers()),
            )
        case _:
            return ProfileChange(
                id,
                at,
                member=member,
                birthday=draw(optional(birthdays())),
                zone=draw(optional(st.sampled_from(words.ZONES))),
                labels=draw(_labels()),
            )


@st.composite
def _returned(draw: st.DrawFn, left: Left, order: str) -> dict[str, int] | None:
    """All that is left of an order, or some of it; takes it out of `left`."""
    lines = left[order]
    if draw(st.booleans()):
        del left[order]
        return None
    chosen = draw(st.lists(st.sampled_from(sorted(lines)), unique=True, min_size=1))
    back = {line: draw(st.integers(1, lines[line])) for line in chosen}
    kept = {line: units - back.get(line, 0) for line, units in lines.items()}
    left[order] = {line: units for line, units in kept.items() if units}
    if not left[order]:
        del left[order]
    return back


def _labels() -> st.SearchStrategy[dict[str, Any]]:
    return _some(_PROFILE)


def _some(values: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)
