"""What a return takes back: the strategy of a grant, by what is kept of its order.

Whatever the strategy, what is taken back depends on what has come back, never on the steps in which
it did; and nothing is ever taken back that was not granted.
"""

from enum import Enum

from loyaltykit.vocabulary import of_type


class OnReturn(Enum):
    """How much of a grant stays when part of its order comes back."""

    REEVALUATE = "re-evaluate"
    """What is kept is judged by the rule of that day as if only that had been bought."""
    PRO_RATA = "pro-rata"
    """The share of the grant that what is kept has in what was paid."""
    PER_ITEM = "per-item"
    """Each line carries a share, by what it alone would have earned; returned units lose theirs."""
    KEEP = "keep"
    """All of it, whatever comes back."""


def on_return(value: OnReturn) -> OnReturn:
    """The strategy itself.

    Raises:
        MisuseError: it is none.
    """
    return of_type(value, OnReturn, "on_return must be an OnReturn such as OnReturn.PRO_RATA")
