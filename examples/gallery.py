"""A gallery of programmes as shops have them, each with what happens to one member.

    python examples/gallery.py                  all of them
    python examples/gallery.py coffee_stamps    one

Each is a module of its own in `programmes`: its `program`, and a `story()` that plays it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from programmes import (
    airline_status_miles,
    baby_shop_review,
    beauty_spend_tiers,
    bookshop_milestones,
    casino_credits,
    coffee_stamps,
    ferry_own_year,
    hotel_nights,
    paid_membership,
    pharmacy_seasons,
    sportswear_levels,
    supermarket_points,
    wallet_tiers,
)

Story: TypeAlias = Callable[[], list[str]]

STORIES: Mapping[str, Story] = {
    "airline_status_miles": airline_status_miles.story,
    "hotel_nights": hotel_nights.story,
    "coffee_stamps": coffee_stamps.story,
    "beauty_spend_tiers": beauty_spend_tiers.story,
    "supermarket_points": supermarket_points.story,
    "sportswear_levels": sportswear_levels.story,
    "casino_credits": casino_credits.story,
    "ferry_own_year": ferry_own_year.story,
    "baby_shop_review": baby_shop_review.story,
    "paid_membership": paid_membership.story,
    "wallet_tiers": wallet_tiers.story,
    "bookshop_milestones": bookshop_milestones.story,
    "pharmacy_seasons": pharmacy_seasons.story,
}


def told(names: Sequence[str]) -> Iterator[str]:
    """The stories of these names, each under its name; of none, all.

    Raises:
        SystemExit: there is no such story.
    """
    for name in names or tuple(STORIES):
        if name not in STORIES:
            raise SystemExit(f"no story is called {name!r}: there are {', '.join(STORIES)}")
        yield name
        yield from (f"  {line}" for line in STORIES[name]())
        yield ""


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in told(sys.argv[1:]))
