"""Arithmetic: the operators `+ *` and the methods that every earning has.

Operators make combinations, and combinations have operators: so each operator looks up what it
makes when it is used. Logic does the same; no other module does.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, cast

from loyaltykit.conditions import Condition
from loyaltykit.factors import Combine, Factor
from loyaltykit.vocabulary import Moment

if TYPE_CHECKING:
    from loyaltykit.earning import Capped, Earning, Multiplied, Scaled, Sum, When

Number: TypeAlias = int | str | Decimal


class Arithmetic:
    """The operators. A mixin of methods only: the grammar stays the closed union of earnings."""

    __slots__ = ()

    def __add__(self, other: "Earning") -> "Sum":
        from loyaltykit.earning import Sum, earning  # noqa: PLC0415 - they have this operator

        flat: list[Earning] = []
        for each in (cast("Earning", self), earning(other)):
            flat.extend(each.earnings if isinstance(each, Sum) else (each,))
        return Sum(flat)

    def __mul__(self, factor: Number) -> "Scaled":
        from loyaltykit.earning import Scaled  # noqa: PLC0415 - as above

        return Scaled(cast("Earning", self), factor)

    __rmul__ = __mul__

    def times(self, *factors: Factor, combine: Combine | None = None) -> "Multiplied":
        """Times the factors that apply; of none, once. Left out, `combine` is COMPOUND.

        What stands outside is not multiplied: `base.times(...) + bonus` doubles the base alone.
        """
        from loyaltykit.earning import Multiplied  # noqa: PLC0415 - as above

        return Multiplied(
            cast("Earning", self), factors, combine=Combine.COMPOUND if combine is None else combine
        )

    def cap(self, most: Number) -> "Capped":
        """At most so many points, judged before rounding."""
        from loyaltykit.earning import Capped  # noqa: PLC0415 - as above

        return Capped(cast("Earning", self), most)

    def when(self, condition: Condition[Moment]) -> "When":
        """Only if the condition holds, else nothing."""
        from loyaltykit.earning import When  # noqa: PLC0415 - as above

        return When(cast("Earning", self), condition)
