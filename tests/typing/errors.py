"""Errors carry what the host needs, typed."""

from loyaltykit.errors import DecodeError, DefinitionError, LoyaltyError, ProgramError

ProgramError("Coffee Club", ("two rules are called 'birthday'",))
ProgramError("Coffee Club", "two rules are called 'birthday'")  # E: arg-type
ProgramError("Coffee Club")  # E: call-arg
DecodeError("$.rules[0]", 3)  # E: arg-type

problems: tuple[str, ...] = ProgramError("Coffee Club", ()).problems
problem: str = ProgramError("Coffee Club", ()).problems  # E: assignment
DecodeError("$", "not an object").line  # E: attr-defined

root: LoyaltyError = DefinitionError("spend: write '15.00'")
builtin: ValueError = DefinitionError("spend: write '15.00'")
leaf: ProgramError = DefinitionError("spend: write '15.00'")  # E: assignment
