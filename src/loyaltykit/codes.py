"""Codes: what a shop prints on paper and people type, made, read and stored.

    codes(1_000_000)                          distinct codes, one after the other, by `secrets`
    CodePattern("SUMMER-####-####!")          what a code looks like; reads what was typed
    CodeKey(secret)                           the digest under which a code is stored

The one place with randomness: nothing else imports it, and no engine knows of codes. What a code is
worth is the host's to know: it keeps digests, and tells the engine what a valid one stands for.

The alphabet has no vowels, so that no words come up, and no two characters that are taken for each
other: no 0, 1 or B, G, I, L, O, Q, S, Z. Laws: a check character catches every single wrong
character and every two neighbours that are swapped; the codes of a batch differ however they are
read.

Never here: a code in clear beside its digest; a comparison whose time tells how much is right.
"""

import hmac
import secrets
from collections.abc import Iterator
from enum import Enum
from hashlib import sha256
from math import gcd, prod
from typing import Final, TypeAlias, final
from unicodedata import category, normalize

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.vocabulary import MAX_TEXT, of_type, shown

DIGITS: Final = "23456789"
LETTERS: Final = "CDFHJKMNPRTVWXY"
ALPHABET: Final = DIGITS + LETTERS
"""The characters of a code. They are 23, a prime, so that one check character is enough."""

MAX_BATCH = 1_000_000_000
"""How many codes one batch has."""
MAX_PATTERN = 100
"""How many characters a pattern may have."""
MIN_SECRET = 16
"""How many bytes a secret needs."""

_PLACES: Final = {"#": ALPHABET, "@": LETTERS, "%": DIGITS}
_CHECK: Final = "!"
_LOOKS_LIKE: Final = str.maketrans("OQILZSGB", "00112568")
_INVERSES: Final = {each: pow(each, -1, len(ALPHABET)) for each in range(1, len(ALPHABET))}
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


class Tolerance(Enum):
    """How what people type is read. Codes that read the same are the same code."""

    EXACT = "exact"
    """As it is, without outer blanks."""
    SPACED = "spaced"
    """Capitals or not, with or without blanks and dashes, in wide letters too."""
    LOOKALIKES = "lookalikes"
    """And O or Q for 0, I or L for 1, Z for 2, S for 5, G for 6, B for 8."""


def as_tolerance(value: Tolerance) -> Tolerance:
    """Return `value` if it says how codes are read; `MisuseError` for anything else."""
    return of_type(value, Tolerance, "tolerance must be a Tolerance such as Tolerance.SPACED")


def normalised(typed: str, tolerance: Tolerance = Tolerance.LOOKALIKES) -> str | None:
    """What was typed, in the form in which codes are compared; None if it can be no code.

    That is, if it is empty, longer than 200 characters or not printable. It takes bounded time.

    >>> normalised(" summer-4k7o ")
    '5UMMER4K70'
    """
    if not isinstance(typed, str):
        raise MisuseError(f"a code is text, not {type(typed).__name__}")
    if len(typed) > MAX_TEXT:
        return None
    text = typed.strip()
    if as_tolerance(tolerance) is not Tolerance.EXACT:
        wide = normalize("NFKC", text).upper()
        text = "".join([each for each in wide if category(each) not in ("Zs", "Pd")])
    if tolerance is Tolerance.LOOKALIKES:
        text = text.translate(_LOOKS_LIKE)
    return text if text and text.isprintable() and len(text) <= MAX_TEXT else None


_Place: TypeAlias = tuple[str, str, int]
"""A character of a pattern, what may be read there, and its weight in the check.

What stands in every code has no weight; what is read over, such as a dash, allows nothing.
"""


def _parts(text: str) -> tuple[tuple[str, bool], ...]:
    """The characters of a pattern, and whether each is a place to fill.

    Raises:
        DefinitionError: a backslash at the end, or before what needs none.
    """
    found: list[tuple[str, bool]] = []
    characters = iter(text)
    for character in characters:
        if character == "\\":
            escaped = next(characters, "")
            if escaped not in (*_PLACES, _CHECK, "\\"):
                raise DefinitionError(
                    f"the pattern {text!r} has a backslash before {escaped!r}: "
                    "write one only before # @ % ! or another backslash"
                )
            found.append((escaped, False))
        else:
            found.append((character, character in _PLACES or character == _CHECK))
    return tuple(found)


def _pattern(value: str) -> str:
    if not isinstance(value, str):
        raise MisuseError(f"a pattern is text such as 'SUMMER-####-####!', not {shown(value)}")
    if len(value) > MAX_PATTERN or not value.isascii() or not value.isprintable():
        raise DefinitionError(
            f"a pattern has at most {MAX_PATTERN} printable characters of ASCII: {shown(value)}"
        )
    if value != value.strip():
        raise DefinitionError(f"the pattern {value!r} must not begin or end with a blank")
    parts = _parts(value)
    if not any(filled and each != _CHECK for each, filled in parts):
        raise DefinitionError(
            f"the pattern {value!r} leaves nothing to chance: write # for a character, "
            "such as 'SUMMER-####-####!'"
        )
    if parts.count((_CHECK, True)) > 1:
        raise DefinitionError(
            f"the pattern {value!r} has two check characters: write ! once, \\! for the sign"
        )
    return value


@final
@frozen(order=False)
class CodePattern:
    r"""What codes look like: text in which some places are filled.

    `#` is any character of the alphabet, `@` a letter, `%` a digit, `!` the check character. A
    backslash before one of them means the sign itself. The rest stands in every code.

    >>> CodePattern("SUMMER-####!").read("summer 4k7p")
    """

    text: str = field(default="####-####-####!", converter=_pattern)
    tolerance: Tolerance = field(default=Tolerance.LOOKALIKES, converter=as_tolerance, kw_only=True)
    space: int = field(init=False, eq=False, repr=False)
    """How many codes it has."""
    _places: tuple[_Place, ...] = field(init=False, eq=False, repr=False)

    @space.default
    def _space(self) -> int:
        return prod(
            len(_PLACES[sign]) for sign, filled in _parts(self.text) if filled and sign != _CHECK
        )

    @_places.default
    def _made(self) -> tuple[_Place, ...]:
        found: list[_Place] = []
        weight = 1
        for sign, filled in _parts(self.text):
            if filled:
                found.append((sign, _PLACES.get(sign, ALPHABET), weight))
                weight = 2 * weight % len(ALPHABET)
            else:
                exact = self.tolerance is Tolerance.EXACT
                read = sign if exact else normalised(sign, self.tolerance) or ""
                found.append((sign, read, 0))
        return tuple(found)

    @property
    def bits(self) -> int:
        """How much chance a code has, in whole bits."""
        return self.space.bit_length() - 1

    def spell(self, number: int) -> str:
        """The code of a number below `space`, as it is printed."""
        if type(number) is not int or not 0 <= number < self.space:
            raise DefinitionError(f"{self.text!r} has a code for 0 to {self.space - 1}")
        printed, total, check = [], 0, None
        for sign, allowed, weight in self._places:
            if not weight:
                printed.append(sign)
            elif sign == _CHECK:
                check = len(printed), weight
                printed.append(sign)
            else:
                number, value = divmod(number, len(allowed))
                character = allowed[value]
                total += weight * _VALUES[character]
                printed.append(character)
        if check is not None:
            place, weight = check
            printed[place] = ALPHABET[-total * _INVERSES[weight] % len(ALPHABET)]
        return "".join(printed)

    def read(self, typed: str) -> str | None:
        """The code that was typed, as it is printed; None if it is none of this pattern.

        One that was mistyped is none, where the pattern has a check character: the member can be
        told at once, without a look into what is stored.
        """
        given = normalised(typed, self.tolerance)
        if given is None or len(given) != sum(bool(allowed) for _, allowed, _ in self._places):
            return None
        left, printed, total = iter(given), [], 0
        for sign, allowed, weight in self._places:
            one = next(left) if allowed else ""
            if one not in allowed:
                return None
            total += weight * _VALUES[one] if weight else 0
            printed.append(one if weight else sign)
        wrong = self._is_checked and total % len(ALPHABET)
        return None if wrong else "".join(printed)

    @property
    def _is_checked(self) -> bool:
        return any(sign == _CHECK and weight for sign, _, weight in self._places)


PLAIN: Final = CodePattern()
"""Twelve characters and a check character, in groups of four: 54 bits."""


def codes(count: int, pattern: CodePattern = PLAIN, *, odds: int = 1_000_000) -> Iterator[str]:
    """So many distinct codes, by chance, one after the other: memory does not grow with them.

    At most one guess in `odds` hits a code of the batch.

    Raises:
        DefinitionError: the pattern leaves too little to chance for so many codes.
    """
    of_type(pattern, CodePattern, "codes are made by a CodePattern such as CodePattern()")
    for value, what, most in ((count, "codes", MAX_BATCH), (odds, "odds", 10**18)):
        if type(value) is not int or not 1 <= value <= most:
            raise DefinitionError(f"{what}: write a whole number from 1 to {most}, not {value!r}")
    if pattern.space < count * odds:
        needed = (count * odds - 1).bit_length()
        more, space = 0, pattern.space
        while space < count * odds:
            more, space = more + 1, space * len(ALPHABET)
        raise DefinitionError(
            f"the pattern {pattern.text!r} has {pattern.bits} bits, and {needed} are needed for "
            f"{count} codes of which one guess in {odds} may hit one: write {more} more "
            f"{'#' if more == 1 else 'of #'}"
        )
    return _drawn(count, pattern)


def _drawn(count: int, pattern: CodePattern) -> Iterator[str]:
    """One number by chance out of each of as many equal parts, so that no two are the same.

    Every number is as likely to be drawn as any other. Then all are moved about by a secret
    bijection, or the codes of a batch would come in order.
    """
    space = pattern.space
    part = space // count
    factor = 1 + secrets.randbelow(space)
    while gcd(factor, space) != 1:
        factor = 1 + secrets.randbelow(space)
    start = secrets.randbelow(space)
    for place in range(count):
        number = place * part + secrets.randbelow(part)
        yield pattern.spell((number * factor + start) % space)


def _secret(value: bytes) -> bytes:
    secret = bytes(of_type(value, bytes, "a secret is bytes such as secrets.token_bytes(32)"))
    if len(secret) < MIN_SECRET:
        raise DefinitionError(f"a secret needs {MIN_SECRET} bytes: write secrets.token_bytes(32)")
    return secret


@final
@frozen(order=False)
class CodeKey:
    """The secret with which codes are digested for storage; it is never printed.

    Who reads the stored digests cannot try codes against them without the secret. Keep it where
    other secrets are, not in the database beside them.
    """

    secret: bytes = field(converter=_secret, repr=False)
    tolerance: Tolerance = field(default=Tolerance.LOOKALIKES, converter=as_tolerance, kw_only=True)

    def digest(self, typed: str) -> str | None:
        """The keyed digest of a code, 64 hexadecimal digits; None if it can be no code."""
        code = normalised(typed, self.tolerance)
        if code is None:
            return None
        content = f"{self.tolerance.value}:{code}".encode()
        return hmac.new(self.secret, content, sha256).hexdigest()

    def matches(self, typed: str, digest: str) -> bool:
        """Whether a code has this digest; how long that takes says nothing of the digest."""
        of_type(digest, str, "a digest is text, as CodeKey.digest gives it")
        found = self.digest(typed)
        same = hmac.compare_digest((found or "").encode(), digest.encode(errors="replace"))
        return same and found is not None
