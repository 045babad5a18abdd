"""Strategy for readings: a value for every fact that the drawn conditions can mention."""

from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from loyaltykit.baskets import Line, Tax, TaxRate
from loyaltykit.calendar import local
from loyaltykit.facts import WEEKDAYS
from loyaltykit.money import currency, minor_units, ratio
from loyaltykit.readings import LineReading, Reading, Readings, Taxed
from loyaltykit.subjects import activity, basket, item, member
from loyaltykit.testing import words
from loyaltykit.testing.buying import answers, basket_labels, lines, optional, subsets
from loyaltykit.testing.times import birthdays, instants
from loyaltykit.vocabulary import Fact

Values = dict[Fact[Any], Reading]


@st.composite
def readings(draw: st.DrawFn, *, most: int = 4) -> Readings:
    """A moment at which everything is read: the member, a basket of 0 to `most` lines, an activity.

    What the basket says as a whole agrees with its lines, and the day with the instant. Facts that
    can be unknown sometimes are. Amounts are in cents of a euro.
    """
    at = draw(instants())
    zone = ZoneInfo(draw(st.sampled_from(words.ZONES)))
    size = draw(st.integers(0, most))
    bought = tuple(_line(draw(lines(id=str(number + 1)))) for number in range(size))
    wall = local(at, zone)
    labels = draw(basket_labels())
    told = draw(_member())
    before = told[member.orders.fact]
    values: Values = {
        basket.spend.fact: sum(each.spend for each in bought),
        basket.subtotal.fact: sum(_subtotal(each) for each in bought),
        basket.units.fact: sum(each.units for each in bought),
        basket.lines.fact: size,
        basket.nth.fact: before + 1 if isinstance(before, int) else None,
        basket.weekday.fact: WEEKDAYS[wall.weekday()],
        basket.hour.fact: wall.hour,
        basket.day.fact: wall.date(),
        words.channel.fact: labels["channel"],
        words.distance.fact: labels.get("distance"),
        words.gift.fact: labels.get("gift"),
        activity.kind.fact: draw(st.sampled_from(words.ACTIVITIES)),
        words.place.fact: draw(st.sampled_from(words.PLACES)),
        words.rating.fact: draw(optional(st.integers(0, 12))),
    }
    return Readings(
        at,
        zone,
        scale=100,
        member_zone=ZoneInfo(draw(st.sampled_from(words.ZONES))),
        values=values | told,
        lines=bought,
        shipping=draw(st.sampled_from((0, 490))),
        shipping_taxed=Taxed(Fraction(9, 10), Fraction(1)),
        answers=draw(answers()),
        ladder=words.LADDER,
    )


def _member() -> st.SearchStrategy[Values]:
    return st.fixed_dictionaries(
        {
            member.tier.fact: optional(st.sampled_from(words.LADDER)),
            member.orders.fact: st.integers(0, 12),
            member.spend.fact: st.integers(0, 30_000),
            member.balance().fact: st.integers(-50, 300),
            member.enrolled.fact: optional(instants()),
            member.last_order.fact: optional(instants()),
            member.tenure.fact: optional(st.integers(0, 30)),
            member.tenure_days.fact: optional(st.integers(0, 900)),
            member.days_since_order.fact: optional(st.integers(0, 300)),
            member.usual_gap.fact: optional(st.integers(0, 60)),
            member.birthday.fact: optional(birthdays()),
            member.referred.fact: st.booleans(),
            words.plan.fact: optional(st.sampled_from(words.PLANS)),
            words.visits.fact: optional(st.integers(0, 12)),
            words.staff.fact: optional(st.booleans()),
            words.likes.fact: optional(subsets(words.TAGS).map(tuple)),
        }
    )


def _line(line: Line) -> LineReading:
    euro = currency(words.CURRENCY)
    price = minor_units(line.price, euro, "price")
    net = price * line.quantity - minor_units(line.discount, euro, "discount")
    share = Fraction(0)
    if isinstance(line.tax, Tax) and net:
        share = Fraction(minor_units(line.tax.amount, euro, "tax"), net)
    if isinstance(line.tax, TaxRate):
        rate = ratio(line.tax.percent) / 100
        share = rate if line.tax.on_top else rate / (1 + rate)
    on_top = line.tax is not None and line.tax.on_top
    tender = net // 3
    return LineReading(
        line.id,
        units=line.quantity,
        spend=net - tender,
        subtotal=price * line.quantity,
        tender=tender,
        credit=tender // 2,
        taxed=Taxed(Fraction(1), 1 + share) if on_top else Taxed(1 - share, Fraction(1)),
        values={
            item.sku.fact: line.sku,
            item.category.fact: line.category,
            item.brand.fact: line.brand,
            item.tags.fact: line.tags,
            item.price.fact: price,
            item.units.fact: line.quantity,
            item.spend.fact: net - tender,
            words.roast.fact: line.labels["roast"],
            words.weight.fact: line.labels.get("weight"),
        },
    )


def _subtotal(line: LineReading) -> int:
    price = line.values[item.price.fact]
    return price * line.units if isinstance(price, int) else 0
