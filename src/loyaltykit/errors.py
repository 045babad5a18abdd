"""What an engine call may raise: one root, few leaves.

A leaf also subclasses the builtin that a caller would catch without knowing this library. Each
message names the rule or the field and says what to write instead. A request that the rules refuse
is no error: it is a `Refusal` value on the decision.
"""


class LoyaltyError(Exception):
    """The root of everything that loyaltykit raises on purpose."""


class DefinitionError(LoyaltyError, ValueError):
    """A value is malformed: a number, a period, a rule, an event. The message names the field."""


class ProgramError(DefinitionError):
    """A programme does not hold together; `problems` lists every reason, in programme order."""

    def __init__(self, program: str, problems: tuple[str, ...]) -> None:
        self.program = program
        self.problems = problems
        listed = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"programme {program!r} has {len(problems)} problem(s):\n{listed}")

    def __reduce__(self) -> tuple[type["ProgramError"], tuple[str, tuple[str, ...]]]:
        # What a worker process raises is pickled: without this, it cannot be read back.
        return type(self), (self.program, self.problems)


class MisuseError(LoyaltyError, TypeError):
    """A value of the wrong kind, or an operator that cannot mean what it looks like."""


class UnknownFactError(LoyaltyError, LookupError):
    """A rule asks for a fact that the event or the member's profile never supplied."""


class EventError(LoyaltyError, ValueError):
    """An event does not fit the programme or the account it is decided on."""


class ConflictError(EventError):
    """An event id that was already decided comes again with other content."""


class LateEventError(EventError):
    """An event lies before the account's clock."""


class FutureEventError(EventError):
    """An event lies further ahead of the host's clock than the programme allows."""


class LimitError(LoyaltyError, ValueError):
    """A stated bound on size, depth or time was passed; nothing was done."""


class DecodeError(LoyaltyError, ValueError):
    """Stored data is not what this library writes; `path` says where."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"at {path}: {problem}")

    def __reduce__(self) -> tuple[type["DecodeError"], tuple[str, str]]:
        return type(self), (self.path, self.problem)
