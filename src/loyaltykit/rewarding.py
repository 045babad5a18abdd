"""Rewarding: points are exchanged for what the catalogue offers, asked for or by itself.

Automatic rewards are taken after every event and at every instant at which something is due, in
programme order, as many as the balance pays for, until no more can be.
"""

from datetime import datetime

from loyaltykit.account import Account
from loyaltykit.catalogue import MAX_REWARDS
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.decision import Claim
from loyaltykit.effects import Counted, CouponIssued, RewardGiven
from loyaltykit.evaluate import holds
from loyaltykit.events import EventKind, RewardClaim
from loyaltykit.explain import trace
from loyaltykit.journal import Journal
from loyaltykit.lasting import available, usable
from loyaltykit.ledger import consume
from loyaltykit.limiting import until
from loyaltykit.lots import derived
from loyaltykit.money import Rounding, ratio, rounded
from loyaltykit.movements import Redeemed
from loyaltykit.observe import observe
from loyaltykit.received import ACCEPTED, Received, ask_all
from loyaltykit.refusals import Refusal, RefusalCode, insufficient
from loyaltykit.rewards import Gift, Reward
from loyaltykit.rulebook import Rulebook
from loyaltykit.windows import term_end

MAX_ROUNDS = 100
"""How often the automatic rewards are gone through at one instant."""


def reward_claim(event: RewardClaim, journal: Journal, book: Rulebook) -> Received:
    """Give a member a reward for points, or say why not."""
    found = _judged(event, journal, book)
    if isinstance(found, Refusal):
        return Received((found,))
    readings = observe(journal.account, event.at, book, book.asked_on(EventKind.REWARD_CLAIM))
    _give(found, event.quantity, event.id, "reward", 0, event.at, journal, book)
    if found.stock is not None:
        journal.claims.append(
            Claim(stock_key(found.name), amount=event.quantity, limit=found.stock)
        )
    ask_all(event, readings, journal, book)
    return ACCEPTED


def take_automatic(journal: Journal, at: datetime, subject: str, book: Rulebook) -> None:
    """Give every automatic reward that the balance pays for, at most 1,000 of each."""
    if journal.account.suspended is not None or journal.account.closed is not None:
        return
    given = {reward.name: 0 for reward in book.automatic}
    for _ in range(MAX_ROUNDS):
        before = dict(given)
        for reward in book.automatic:
            room = MAX_REWARDS - given[reward.name]
            count = min(room, _payable(reward, journal.account, at, book))
            if count > 0 and _allowed(reward, journal.account, at, book):
                first = given[reward.name]
                _give(reward, count, subject, "auto", first, at, journal, book)
                given[reward.name] += count
        if given == before:
            return


def stock_key(reward: str) -> str:
    """The key under which the stock of a reward is claimed."""
    return f"reward:{reward}"


def _judged(event: RewardClaim, journal: Journal, book: Rulebook) -> Reward | Refusal:
    reward, account, at = book.rewards.get(event.reward), journal.account, event.at
    if reward is None:
        return Refusal(RefusalCode.REWARD_UNKNOWN, event.reward)
    wanted = event.quantity
    if reward.when is not None:
        readings = observe(account, at, book, book.asked_by_reward(reward))
        why = trace(reward.when, readings, book.money)
        if not why.held:
            missing = tuple(why.lacking())
            return Refusal(RefusalCode.REWARD_NOT_APPLICABLE, reward.name, missing=missing)
    left = _left(reward, account, at)
    if left is not None and wanted > left:
        return Refusal(RefusalCode.REWARD_LIMIT, reward.name, desired=wanted, granted=left)
    if reward.stock is not None and stock_key(reward.name) in journal.denied:
        return Refusal(RefusalCode.REWARD_CLAIM_DENIED, reward.name, desired=wanted, granted=0)
    if _over(reward, at, book):
        return Refusal(RefusalCode.EXPIRED_AT_ONCE, reward.name, desired=wanted, granted=0)
    cost = _cost(reward, book) * wanted
    _, short = consume(usable(account, reward.purse, book.ladders), reward.purse, cost)
    if short:
        return insufficient(reward.purse, cost, short)
    return reward


def _give(
    reward: Reward,
    count: int,
    event: str,
    how: str,
    first: int,
    at: datetime,
    journal: Journal,
    book: Rulebook,
) -> None:
    cost = _cost(reward, book) * count
    lots = usable(journal.account, reward.purse, book.ladders)
    draws, _ = consume(lots, reward.purse, cost)
    journal.post(Redeemed(at, event, reward.purse, draws))
    given = reward.given
    coupons: tuple[str, ...] = ()
    if not isinstance(given, Gift):
        name = given.coupon.name if isinstance(given.coupon, Coupon) else given.coupon
        end = term_end(book.offers.coupons[name].valid, at, book.zone)
        coupons = tuple(
            derived(event, reward.name, place, how) for place in range(first, first + count)
        )
        for coupon in coupons:
            issued = IssuedCoupon(coupon, name, issued=at, until=end, event=event, rule=None)
            journal.post(CouponIssued(at, issued))
    gift = given.name if isinstance(given, Gift) else None
    journal.post(RewardGiven(at, event, reward.name, count, gift, coupons))
    if reward.limit is not None:
        end = until(reward.limit.window, journal.account, at, book)
        journal.post(Counted(at, _counter(reward), count, end))
    journal.notes.append(f"reward {reward.name}: {count} given")


def _payable(reward: Reward, account: Account, at: datetime, book: Rulebook) -> int:
    """How many of a reward the balance pays for and its limit allows."""
    count = available(account, reward.purse, book.ladders) // _cost(reward, book)
    left = _left(reward, account, at)
    return count if left is None else min(count, left)


def _allowed(reward: Reward, account: Account, at: datetime, book: Rulebook) -> bool:
    if _over(reward, at, book):
        return False
    if reward.when is None:
        return True
    return holds(reward.when, observe(account, at, book, book.asked_by_reward(reward)))


def _over(reward: Reward, at: datetime, book: Rulebook) -> bool:
    """Whether the coupon that it gives would have expired before it could be used."""
    given = reward.given
    if isinstance(given, Gift):
        return False
    name = given.coupon.name if isinstance(given.coupon, Coupon) else given.coupon
    end = term_end(book.offers.coupons[name].valid, at, book.zone)
    return end is not None and end <= at


def _left(reward: Reward, account: Account, at: datetime) -> int | None:
    if reward.limit is None or reward.limit.times is None:
        return None
    return max(0, reward.limit.times - account.count(_counter(reward), at))


def _cost(reward: Reward, book: Rulebook) -> int:
    return rounded(ratio(reward.cost) * book.scales[reward.purse], Rounding.FLOOR)


def _counter(reward: Reward) -> str:
    return f"reward:{reward.name}"
