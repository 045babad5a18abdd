"""Engine: decides events on accounts, by one programme. It holds no state besides the programme.

    decide(account, event) -> Decision        decide_all(account, events) -> Decision
    merge(account, other, event) -> Merger    advance(account, until) -> Decision
    quote(account, basket, at) -> Quote       balance(account, at) -> Balance
    next_due(account) -> datetime | None      spendable(account, at) -> lots
    progress(account, at) -> for each ladder    may(account, perk, at) -> Entitlement

Laws: the decision's account is the fold of its effects over the old one. The same arguments give
the same decision. A call raises nothing but `LoyaltyError`, and then nothing has happened.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import final

from loyaltykit.account import Account
from loyaltykit.admitting import (
    as_account,
    as_denied,
    as_events,
    belongs,
    bring,
    decided,
    in_time,
    not_ahead,
    room_for,
)
from loyaltykit.baskets import Basket, Line, text_id
from loyaltykit.buying import purchase
from loyaltykit.calendar import instant, shift
from loyaltykit.codec import digest
from loyaltykit.copying import altered
from loyaltykit.decision import Decision, Merger, Quote, Status
from loyaltykit.editions import Editions
from loyaltykit.effects import Recorded
from loyaltykit.entitlements import Entitlement, entitled
from loyaltykit.errors import (
    LateEventError,
    MisuseError,
)
from loyaltykit.events import (
    Event,
    Merge,
    Purchase,
    ReferralQualified,
    ReferralReversed,
    TransferReceived,
    TransferReturned,
)
from loyaltykit.following import follow
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.journal import Journal
from loyaltykit.judging import judge_standings
from loyaltykit.lapsing import lapse_with_tier
from loyaltykit.ledger import Balance, Lots
from loyaltykit.merging import merge_accounts
from loyaltykit.particulars import is_code, typed_codes
from loyaltykit.perks import Perk
from loyaltykit.program import Program
from loyaltykit.progress import Progress, progress_of
from loyaltykit.quoting import free_id, quoted
from loyaltykit.received import Received
from loyaltykit.receiving import receive
from loyaltykit.versions import Versions
from loyaltykit.vocabulary import shown

GUEST = "guest"
"""The member of a quote without an account."""
_DELIVERED = ReferralQualified | ReferralReversed | TransferReceived | TransferReturned


@final
class Engine:
    """Decides by one programme.

    >>> from loyaltykit import *
    >>> from datetime import UTC, datetime
    >>> club = Program(
    ...     "Club",
    ...     "EUR",
    ...     timezone="Europe/Lisbon",
    ...     rules=[Rule("purchase", Purchase, then=Accrue(points(1).per(1)))],
    ... )
    >>> bought = Purchase(
    ...     "order-1",
    ...     datetime(2026, 3, 2, 9, tzinfo=UTC),
    ...     member="ana",
    ...     lines=[Line("1", "beans", price="12.50")],
    ... )
    >>> decision = Engine(club).decide(Account.new("ana"), bought)
    >>> decision.account.balance(bought.at).available
    12
    """

    __slots__ = ("_editions", "program", "versions")

    def __init__(self, programme: Program | Versions) -> None:
        if not isinstance(programme, Program | Versions):
            raise MisuseError(
                f"an engine needs a Program, or Versions of one, not {type(programme).__name__}"
            )
        self._editions = Editions(programme)
        self.program: Program = self._editions.latest.program
        """The programme; of several versions, the latest."""
        self.versions: Versions | None = programme if isinstance(programme, Versions) else None

    def decide(
        self,
        account: Account,
        event: Event,
        *,
        now: datetime | None = None,
        denied: Iterable[str] = (),
    ) -> Decision:
        """Bring the account up to the event, then decide it.

        `now` is the host's clock; leave it out only to replay. `denied` are keys of claims that
        other members have taken.

        Raises:
            ConflictError: the id was decided with other content.
            LateEventError: the event lies before the account's clock.
            FutureEventError: the event lies further ahead of `now` than the programme's skew.
            EventError, UnknownFactError: the event does not fit the account or the programme.
            LimitError: a stated bound was passed.
        """
        return self.decide_all(account, (event,), now=now, denied=denied)

    def decide_all(
        self,
        account: Account,
        events: Sequence[Event],
        *,
        now: datetime | None = None,
        denied: Iterable[str] = (),
    ) -> Decision:
        """Decide several events together, in order of time: all of them, or none.

        An exchange is a return and a purchase. If one is refused, all are, and the decision holds
        what time had brought by the first. Duplicates are passed over.

        Raises:
            as `decide`.
        """
        as_account(account)
        wanted = as_events(events)
        journal = Journal(account, as_denied(denied))
        clock = self._clock(now)
        fresh = False
        for event in wanted:
            received = self._decide(event, journal, clock)
            if received is not None and received.refused:
                return self._refusal(account, wanted[0], journal, received)
            fresh = fresh or received is not None
        reached = journal.account.clock or wanted[-1].at
        return journal.decision(Status.ACCEPTED if fresh else Status.DUPLICATE, reached)

    def merge(
        self,
        account: Account,
        other: Account,
        event: Merge,
        *,
        now: datetime | None = None,
        denied: Iterable[str] = (),
    ) -> Merger:
        """Bring two accounts up to a merger, then move all of the other to the account: or neither.

        Where it is refused, both decisions hold what time had brought. `now` and `denied` are as in
        `decide`.

        Raises:
            ConflictError: one of them has decided another event by this id, or only one this event.
            LateEventError: the event lies before the clock of one of them.
            FutureEventError, UnknownFactError, LimitError: as `decide`.
            EventError: the event is about other members, or does not fit the programme.
        """
        if not isinstance(event, Merge):
            raise MisuseError(f"merge: write Merge(...), not {shown(event)}")
        return merge_accounts(
            as_account(account),
            as_account(other),
            event,
            self._editions,
            clock=self._clock(now),
            denied=as_denied(denied),
        )

    def advance(self, account: Account, until: datetime, *, denied: Iterable[str] = ()) -> Decision:
        """Let time pass: post everything that is due up to and including `until`.

        `reached` on the decision is earlier than `until` only if one call would have posted more
        than 10,000 effects: call again. `denied` are keys of claims that others have taken.

        Raises:
            EventError: the account goes by a version that the engine does not know.
            LimitError: a single instant would post more than 10,000 effects.
        """
        journal = Journal(as_account(account), as_denied(denied))
        end = instant(until, "until")
        return journal.decision(Status.ADVANCED, self._editions.pass_time(journal, end))

    def quote(
        self,
        account: Account | None,
        basket: Basket,
        at: datetime,
        codes: Iterable[str] = (),
        spend: Mapping[str, int] | None = None,
        captures: Iterable[str] = (),
        denied: Iterable[str] = (),
    ) -> Quote:
        """What a basket would cost and earn at an instant, with these codes. Commits nothing.

        None for the account quotes for a guest. `codes` are what was typed: what can be no code at
        all is answered as unknown. `spend` is how many points of a purse should pay for it: as many
        as can be are used, and the quote says why not all. `captures` are the ids of reservations
        that pay as well; `refusals` of the quote say why they, or the account, cannot. `denied` are
        keys of claims that others have taken, as in `decide`.

        Raises:
            LateEventError: the instant lies before the account's clock.
            EventError, UnknownFactError: the basket does not fit the programme.
            DefinitionError: a price has more decimals than the currency.
            LimitError: more than 200 codes, or too many questions about too many lines.
        """
        if not isinstance(basket, Basket):
            raise MisuseError(f"a quote needs a Basket, not {type(basket).__name__}")
        held = Account.new(GUEST) if account is None else as_account(account)
        typed = typed_codes(codes)
        event = Purchase(
            free_id(held),
            at,
            member=held.member,
            lines=basket.lines,
            coupons=[code for code in typed if is_code(code)],
            spend=spend or {},
            captures=captures,
            shipping=basket.shipping,
            labels=basket.labels,
            answers=basket.answers,
        )
        journal = Journal(held, as_denied(denied))
        in_time(event, held)
        book = bring(event, journal, self._editions)
        mark = len(journal.effects)
        received = purchase(event, journal, book, cutting=True)
        return quoted(received, journal, mark, book, typed)

    def next_due(self, account: Account) -> datetime | None:
        """The next instant at which time changes the account; None if nothing is ahead.

        Raises:
            EventError: the account goes by a version that the engine does not know.
        """
        return self._editions.next_due(as_account(account))

    def progress(self, account: Account, at: datetime) -> tuple[Progress, ...]:
        """On each ladder: what is short of the next tier, what of keeping this one, until when.

        And how the tier changes if nothing more is counted: of balances, as they are then.

        Raises:
            LateEventError: the instant lies before the account's clock.
        """
        at, account = instant(at, "at"), _reached(account, at)
        later = self._later(account, at)
        return progress_of(later, at, self._editions.of(later, at))

    def may(
        self, account: Account | None, perk: Perk | str, at: datetime, *, line: Line | None = None
    ) -> Entitlement:
        """Whether a member has a perk at an instant, and from or until when. Commits nothing.

        None for the account asks for a guest. With a `line`, whether the perk covers that as well;
        without one, only the member is asked about. A perk stands for its name: of several versions
        of the programme, the one in force then says what it is.

        Raises:
            MisuseError: the programme has no such perk.
            LateEventError: the instant lies before the account's clock.
            EventError, UnknownFactError: the line does not fit the programme.
            LimitError: a single instant would post more than 10,000 effects.
        """
        at = instant(at, "at")
        held = None if account is None else _reached(account, at)
        name = perk.name if isinstance(perk, Perk) else perk
        if text_id(name) not in self._editions.perks:
            known = ", ".join(self._editions.perks) or "none"
            raise MisuseError(f"the programme has no perk {shown(name)}: it has {known}")
        if line is not None and not isinstance(line, Line):
            raise MisuseError(f"a perk is asked about a Line, not about {shown(line)}")
        return entitled(held, name, at, line, self._editions)

    def balance(self, account: Account, at: datetime, purse: str = "points") -> Balance:
        """What the member has of one purse at an instant, whatever has been posted since.

        Raises:
            LateEventError: the instant lies before the account's clock.
        """
        purse = text_id(purse)
        return self._aged(account, at).balance(at, purse)

    def spendable(self, account: Account, at: datetime, purse: str = "points") -> Lots:
        """The lots behind `balance(account, at, purse).available`, in order of consumption.

        Raises:
            LateEventError: the instant lies before the account's clock.
        """
        purse = text_id(purse)
        return self._aged(account, at).spendable(at, purse)

    def _aged(self, account: Account, at: datetime) -> Account:
        """The account later, if nothing is granted, where its lots alone do not tell.

        Raises:
            LateEventError: the instant lies before the account's clock.
        """
        at, account = instant(at, "at"), _reached(account, at)
        lots = [*account.lots, *account.pending]
        lots += [draw.lot for each in account.reservations.values() for draw in each.draws]
        totals = any(self._waiting(account, at))
        told = bool(account.dormant) or totals or any(lot.tier for lot in lots)
        told = told or bool(self._editions.of(account, at).automatic)
        told = told or self._editions.changes(account, at)
        return self._later(account, at, totals=totals) if told else account

    def _waiting(self, account: Account, at: datetime) -> Iterator[tuple[str, str]]:
        """What of what is armed waits for what a total comes to, when part of it counts no more."""
        book = self._editions.of(account, account.clock or at)
        yield from (key for key in account.armed if book.waits(key[0]))

    def _later(self, account: Account, at: datetime, *, totals: bool = False) -> Account:
        """The account later, if nothing is granted; with `totals`, but by what waits for them."""
        reached = None
        while reached != at:
            waiting = frozenset(self._waiting(account, at)) if totals else frozenset()
            armed = FrozenMap(each for each in account.armed.items() if each[0] in waiting)
            journal = Journal(altered(account, armed=armed, coupons=FrozenMap()))
            reached = self._editions.pass_time(journal, self._editions.within(account, at))
            account = journal.account
        journal = Journal(account)
        lapse_with_tier(journal, at, self._editions.of(account, at))
        return journal.account

    def _clock(self, now: datetime | None) -> datetime | None:
        """The latest that an event may be, if the host tells its clock."""
        if now is None:
            return None
        book = self._editions.at(instant(now, "now"))
        return shift(instant(now, "now"), book.program.skew, book.zone)

    def _decide(self, event: Event, journal: Journal, clock: datetime | None) -> Received | None:
        account = journal.account
        belongs(event, event.member, account)
        content = digest(event)
        if decided(event, account, content):
            return None
        not_ahead(event, clock)
        event = self._delivered(event, account)
        in_time(event, account)
        book = bring(event, journal, self._editions)
        room_for(event, journal.account, book)
        mark = len(journal.effects)
        received = receive(event, journal, book)
        if received.refused:
            return received
        judge_standings(journal, event.at, book)
        self._editions.begin(account, journal, event.at)
        until = shift(event.at, book.remember, book.zone)
        journal.post(Recorded(event.at, event.id, content, until))
        follow(event, journal, book, mark)
        return received

    def _delivered(self, event: Event, account: Account) -> Event:
        """What another account sent may arrive late: it is decided at the clock.

        Only as long as its id would still be remembered, so that it can never count twice.
        """
        if not isinstance(event, _DELIVERED) or account.clock is None:
            return event
        late = event.at < account.clock
        book = self._editions.at(event.at)
        known = shift(event.at, book.remember, book.zone) > account.clock
        return altered(event, at=account.clock) if late and known else event

    def _refusal(
        self, account: Account, first: Event, journal: Journal, received: Received
    ) -> Decision:
        brought, reached = Journal(account, journal.denied), first.at
        if account.clock is None or first.at >= account.clock:
            reached = self._editions.pass_time(brought, first.at)
        brought.refusals = [*journal.refusals, *received.refused]
        brought.traces = journal.traces
        brought.notes = [f"refused: {each}" for each in received.refused]
        return brought.decision(Status.REFUSED, reached)


def _reached(account: Account, at: datetime) -> Account:
    """The account, if an instant does not lie before its clock.

    Raises:
        LateEventError: it does.
    """
    account = as_account(account)
    if account.clock is not None and instant(at, "at") < account.clock:
        raise LateEventError(f"{at} lies before the account's clock {account.clock}")
    return account
