"""Logic: the operators `& | ~` that every condition has; it has no truth value.

Operators make combinations, and combinations have operators: so each operator looks up what it
makes when it is used. Arithmetic does the same; no other module does.
"""

from typing import TYPE_CHECKING, Generic, Never, cast

from loyaltykit.errors import MisuseError
from loyaltykit.vocabulary import S, shown

if TYPE_CHECKING:
    from loyaltykit.conditions import AllOf, AnyOf, Condition, Not


class Logic(Generic[S]):
    """The operators. A mixin of methods only: the grammar stays the closed union of conditions."""

    __slots__ = ()

    def __and__(self, other: "Condition[S]") -> "AllOf[S]":
        from loyaltykit.conditions import all_of  # noqa: PLC0415 - it has this operator itself

        return all_of(cast("Condition[S]", self), other)

    def __or__(self, other: "Condition[S]") -> "AnyOf[S]":
        from loyaltykit.conditions import any_of  # noqa: PLC0415 - as above

        return any_of(cast("Condition[S]", self), other)

    def __rand__(self, other: Never) -> Never:
        raise no_condition(other)

    def __ror__(self, other: Never) -> Never:
        raise no_condition(other)

    def __invert__(self) -> "Not[S]":
        from loyaltykit.conditions import Not  # noqa: PLC0415 - as above

        return Not(cast("Condition[S]", self))

    def __bool__(self) -> bool:
        raise MisuseError(
            "a condition is a rule, not an answer: write & for and, | for or, ~ for not, "
            ".between(lo, hi) for a chained comparison, .is_() for ==, .one_of() for in"
        )


def is_condition(value: object) -> bool:
    """Whether `value` is a condition."""
    return isinstance(value, Logic)


def no_condition(value: object) -> MisuseError:
    """The error about what is no condition; it says how to build one."""
    return MisuseError(
        f"expected a condition, got {shown(value)}: build one from facts with < <= > >=, .is_(), "
        ".one_of(), .between(); == and in do not build conditions"
    )
