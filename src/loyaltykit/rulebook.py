"""Rulebook: a programme indexed for deciding; made once for an engine.

It knows which rules listen to what, and which facts they read, so that everything can be read
before anything is judged. It holds nothing that the programme does not say.
"""

from collections.abc import Iterable, Iterator
from typing import final
from zoneinfo import ZoneInfo

from loyaltykit.budgets import Budget
from loyaltykit.conditions import mentioned
from loyaltykit.errors import EventError, LimitError
from loyaltykit.events import EventKind
from loyaltykit.inquiries import (
    AnyFact,
    Questions,
    asked_about_tax,
    asked_by_perk,
    offer_per_line,
    per_line,
)
from loyaltykit.ladders import Ladder, Ladders
from loyaltykit.metrics import FactMetric
from loyaltykit.money import Currency
from loyaltykit.offer_book import OfferBook
from loyaltykit.periods import Period
from loyaltykit.perks import Perk
from loyaltykit.program import Program
from loyaltykit.promotions import Offer
from loyaltykit.purses import POINTS, Purse
from loyaltykit.redeeming import Redeeming
from loyaltykit.rewards import Reward
from loyaltykit.rules import Accrue, Rule, asked
from loyaltykit.tiers import Tier
from loyaltykit.totals import UnitsBought
from loyaltykit.triggers import (
    After,
    Birthday,
    Inactivity,
    On,
    TierEnding,
    TierKept,
    TierLost,
    TierReached,
    TierTrigger,
)
from loyaltykit.vocabulary import Fact
from loyaltykit.watches import Watch, watches
from loyaltykit.windows import Expiry, Forever

MAX_QUESTIONS = 10_000_000
"""How many questions rules and codes may ask of the lines of one basket, all lines together."""


@final
class Rulebook:
    """The programme's rules by trigger, its coupons by name, and what all of them ask."""

    def __init__(self, program: Program) -> None:
        self.program: Program = program
        self.zone: ZoneInfo = program.zone
        self.money: Currency = program.money
        self.scale: int = program.money.scale
        self.ladders: Ladders = Ladders(program)
        self.remember: Period = program.remember
        self.purses: dict[str, Purse] = {each.name: each for each in program.all_purses}
        self.redeeming: dict[str, Redeeming] = {each.purse: each for each in program.redeeming}
        self.rewards: dict[str, Reward] = {each.name: each for each in program.rewards}
        self.automatic: tuple[Reward, ...] = tuple(each for each in program.rewards if each.auto)
        self.scales: dict[str, int] = {
            name: each.scale(program.money) for name, each in self.purses.items()
        }
        self._tiers: dict[str, Tier] = {
            tier.name: tier for tiers in program.tiers for tier in tiers.tiers
        }
        self.offers: OfferBook = OfferBook(program)
        self._about_tiers: dict[str, tuple[tuple[Rule, TierTrigger], ...]] = {
            ladder.name: found
            for ladder in self.ladders
            if (found := tuple(_waiting(program.rules, ladder, self.ladders)))
        }
        self.place: dict[str, int] = {rule.name: place for place, rule in enumerate(program.rules)}
        self._rules = program.rules
        self._budgets: dict[str, tuple[Budget, ...]] = {
            rule.name: tuple(each for each in program.budgets if rule.name in each.rules)
            for rule in program.rules
        }
        self._on: dict[EventKind, tuple[Rule, ...]] = {
            kind: tuple(rule for rule in program.rules if rule.on == On(kind)) for kind in EventKind
        }
        self._after: dict[EventKind, tuple[tuple[Rule, Period], ...]] = {
            kind: tuple(
                (rule, rule.on.period)
                for rule in program.rules
                if isinstance(rule.on, After) and rule.on.event is kind
            )
            for kind in EventKind
        }
        self.birthdays: tuple[tuple[Rule, Birthday], ...] = tuple(
            (rule, rule.on) for rule in program.rules if isinstance(rule.on, Birthday)
        )
        self.lapses: tuple[tuple[Rule, Period], ...] = tuple(
            (rule, rule.on.period) for rule in program.rules if isinstance(rule.on, Inactivity)
        )
        self._asked = {
            kind: Questions.of((rule.name, asked(rule)) for rule in rules)
            for kind, rules in self._on.items()
        }
        follow_ups = [rule for rule, _ in self._after[EventKind.PURCHASE]]
        self.watches: tuple[Watch, ...] = watches(program.rules)
        """The rules that wait for a total, in programme order."""
        counters = dict.fromkeys(watch.counter for watch in self.watches)
        self.totals: tuple[Watch, ...] = tuple(
            next(watch for watch in self.watches if watch.counter == counter)
            for counter in counters
        )
        """Of those that share a counter, the first."""
        self._watching = {
            counter: tuple(watch for watch in self.watches if watch.counter == counter)
            for counter in counters
        }
        units = [
            (each.rule.name, each.total.of)
            for each in self.totals
            if isinstance(each.total, UnitsBought) and each.total.of is not None
        ]
        self.recorded: Questions = Questions.of(
            (
                *((rule.name, asked(rule)) for rule in self._on[EventKind.PURCHASE]),
                *((rule.name, asked(rule)) for rule in follow_ups),
                *((name, mentioned(of)) for name, of in units),
            )
        )
        self.per_line: int = sum(
            per_line(each) for each in (*self._on[EventKind.PURCHASE], *follow_ups)
        ) + sum(of.extent.nodes for _, of in units)
        self.asks_tax: tuple[str | None, bool] = asked_about_tax(
            (*self._on[EventKind.PURCHASE], *follow_ups)
        )
        """The first rule that earns with or without tax, and whether any does so on shipping."""
        self._asked_alone = {
            rule.name: Questions.of([(rule.name, asked(rule))]) for rule in program.rules
        }
        self._asked_of_reward = {
            reward.name: Questions.of(
                [(reward.name, () if reward.when is None else mentioned(reward.when))]
            )
            for reward in program.rewards
        }
        self.perks: dict[str, Perk] = {each.name: each for each in program.perks}
        self.reads_balances: bool = any(map(_is_balance, _facts_of_members(program)))
        """Whether what time brings may depend on a balance: by a rule, or by a ladder."""
        self._asked_of_perk = {
            perk.name: Questions.of([(perk.name, asked_by_perk(perk))]) for perk in program.perks
        }

    def about_tiers(self, ladder: Ladder) -> tuple[tuple[Rule, TierTrigger], ...]:
        """The rules that wait for what becomes of the tiers of a ladder, in programme order."""
        return self._about_tiers.get(ladder.name, ())

    def purse(self, name: str, event: str) -> Purse:
        """The purse that an event names.

        Raises:
            EventError: the programme has no such purse.
        """
        found = self.purses.get(name)
        if found is None:
            known = ", ".join(self.purses)
            raise EventError(f"{event!r}: the programme has no purse {name!r}: it has {known}")
        return found

    def expiry(self, given: Expiry | None, purse: str, tier: str | None) -> Expiry:
        """When points lapse: as the rule says, else the member's tier, else the purse."""
        if given is not None:
            return given
        of_tier = None if tier is None else self._tiers.get(tier)
        if of_tier is not None and of_tier.expires is not None:
            return of_tier.expires
        return self.purses[purse].expires or Forever()

    def rule(self, name: str) -> Rule | None:
        """The rule of that name, if the programme still has it."""
        place = self.place.get(name)
        return None if place is None else self._rules[place]

    def budgets(self, rule: str) -> tuple[Budget, ...]:
        """The budgets that a rule of this name draws on."""
        return self._budgets.get(rule, ())

    def decimals_of(self, rule: Rule) -> int:
        """The decimals of the points that the limits of a rule count."""
        purse = next((each.purse for each in rule.then if isinstance(each, Accrue)), POINTS)
        return self.purses[purse].decimals

    def on(self, kind: EventKind) -> tuple[Rule, ...]:
        """The rules that listen to such an event, in programme order."""
        return self._on[kind]

    def after(self, kind: EventKind) -> tuple[tuple[Rule, Period], ...]:
        """The rules that fire some time after such an event, and how long after."""
        return self._after[kind]

    def watching(self, counter: str) -> tuple[Watch, ...]:
        """The rules that wait for what this counter holds, in programme order."""
        found = self._watching.get(counter)
        return self._watching.get(counter.rpartition("@")[0], ()) if found is None else found

    def waits(self, rule: str) -> bool:
        """Whether a rule of this name waits for a total."""
        return any(watch.rule.name == rule for watch in self.watches)

    def asked_on(self, kind: EventKind) -> Questions:
        """What the rules that listen to such an event ask."""
        return self._asked[kind]

    def asked_by(self, rule: Rule) -> Questions:
        """What one rule asks."""
        return self._asked_alone[rule.name]

    def check_work(self, lines: int, offers: Iterable[Offer], event: str) -> None:
        """Assert that the rules and these offers can be asked about a basket in bounded time.

        Raises:
            LimitError: they would ask its lines more than 10,000,000 questions.
        """
        each = self.per_line + sum(offer_per_line(offer) for offer in offers)
        if lines * each > MAX_QUESTIONS:
            raise LimitError(
                f"{event!r}: the programme and its codes ask {each} questions of every line, "
                f"{lines * each} of {lines} lines, and at most {MAX_QUESTIONS} are answered: "
                "split the order, or ask fewer questions about single items"
            )

    def asked_by_reward(self, reward: Reward) -> Questions:
        """What a reward asks."""
        return self._asked_of_reward[reward.name]

    def needs_points(self, perk: str) -> bool:
        """Whether the answer about a perk may depend on a balance."""
        found = self.perks.get(perk)
        asked = () if found is None else self._asked_of_perk[perk].moment
        return self.reads_balances or any(map(_is_balance, asked))

    def asked_by_perk(self, perk: Perk) -> Questions:
        """What a perk asks, of the member and of a line."""
        return self._asked_of_perk[perk.name]


def _waiting(
    rules: tuple[Rule, ...], ladder: Ladder, ladders: Ladders
) -> Iterator[tuple[Rule, TierTrigger]]:
    for rule in rules:
        on = rule.on
        if isinstance(on, TierReached | TierKept | TierLost | TierEnding):
            named = ladders.main if on.ladder is None else ladders.named(on.ladder)
            if (named if on.tier is None else ladders.of_tier(on.tier)) is ladder:
                yield rule, on


def _facts_of_members(program: Program) -> Iterator[AnyFact]:
    for rule in program.rules:
        yield from (each for each in asked(rule) if isinstance(each, Fact))
    for ladder in program.tiers:
        yield from (each.fact for each in ladder.metrics if isinstance(each, FactMetric))


def _is_balance(fact: AnyFact) -> bool:
    return not fact.own and fact.name.startswith("balance:")
