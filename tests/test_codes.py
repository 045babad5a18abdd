"""Codes: distinct, read as people type them, with every single slip caught; stored as digests."""

import hmac
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from hashlib import sha256
from itertools import islice, pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.codes import (
    ALPHABET,
    DIGITS,
    LETTERS,
    MAX_BATCH,
    PLAIN,
    CodeKey,
    CodePattern,
    Tolerance,
    codes,
    normalised,
)
from loyaltykit.errors import DefinitionError, MisuseError

SECRET = bytes(range(32))
KEY = CodeKey(SECRET)


def numbers(pattern: CodePattern) -> st.SearchStrategy[int]:
    return st.integers(0, pattern.space - 1)


# --- what a slip does -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["##!", "#!#", "!%@", "#-#!", "!#-#"])
def test_every_wrong_character_and_every_swap_in_every_code_is_caught(text: str) -> None:
    pattern = CodePattern(text)
    for number in range(pattern.space):
        code = pattern.spell(number).replace("-", "")
        assert pattern.read(code) is not None
        for place in range(3):
            for wrong in ALPHABET:
                typed = code[:place] + wrong + code[place + 1 :]
                assert wrong == code[place] or pattern.read(typed) is None
        for swapped in (code[1] + code[0] + code[2], code[0] + code[2] + code[1]):
            assert swapped == code or pattern.read(swapped) is None


def test_at_every_place_of_a_code_of_13_any_two_characters_are_told_apart_and_kept_in_order() -> (
    None
):
    code = PLAIN.spell(12_345_678_901_234_567).replace("-", "")
    assert len(code) == 13
    for place in range(13):
        for wrong in ALPHABET:
            typed = code[:place] + wrong + code[place + 1 :]
            assert (PLAIN.read(typed) is None) is (wrong != code[place])
    weights = [weight for _, _, weight in PLAIN._places if weight]
    # The sum of a code is 0 modulo a prime: a slip changes it by one of these, and none is 0.
    prime = len(ALPHABET)
    assert [each for each in range(2, prime) if prime % each == 0] == []
    for first, other in pairwise(weights):
        for one in range(prime):
            for two in range(prime):
                assert one == two or first * (one - two) % prime
                assert one == two or (first - other) * (one - two) % prime


@given(numbers(PLAIN), st.integers(0, 11))
def test_neighbours_that_are_swapped_are_caught_in_any_code(number: int, place: int) -> None:
    code = PLAIN.spell(number).replace("-", "")
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (PLAIN.read(swapped) is None) is (swapped != code)


def test_a_slip_in_what_stands_in_every_code_is_caught_by_the_pattern() -> None:
    pattern = CodePattern("TEA-##!")
    code = pattern.spell(77).replace("-", "")
    assert pattern.read(code) == pattern.spell(77)
    assert pattern.read("X" + code[1:]) is None
    swapped = code[:2] + code[3] + code[2] + code[4:]
    assert pattern.read(swapped) is None


# --- patterns ---------------------------------------------------------------------------------


def test_a_pattern_says_what_stands_where() -> None:
    pattern = CodePattern("Tea @%-##!")
    code = pattern.spell(0)
    assert code == "Tea C2-22" + code[-1]
    assert pattern.space == 15 * 8 * 23 * 23
    assert pattern.bits == 15
    assert all(pattern.read(pattern.spell(number)) for number in range(0, pattern.space, 7))
    assert pattern.read(code.replace("C2", "2C")) is None


@pytest.mark.parametrize("tolerance", Tolerance)
@pytest.mark.parametrize(
    "text", ["##", "%@", "#!", "A-#%!", "\\#\\!#\\\\@", "a b_#.%/@", "OIL-#%#!"]
)
def test_every_code_of_a_pattern_is_another_and_reads_as_itself(
    text: str, tolerance: Tolerance
) -> None:
    pattern = CodePattern(text, tolerance=tolerance)
    found = [pattern.spell(number) for number in range(min(pattern.space, 3_000))]
    assert len(set(found)) == len({normalised(each, tolerance) for each in found}) == len(found)
    assert [pattern.read(each) for each in found] == found


def test_a_backslash_makes_a_sign_of_a_place() -> None:
    assert CodePattern("\\#1-%").spell(0) == "#1-2"
    assert CodePattern("100\\%-%").read("100%-9") == "100%-9"
    assert CodePattern("\\\\%").spell(7) == "\\9"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SUMMER", "leaves nothing to chance: write #"),
        ("SUMMER!", "leaves nothing to chance"),
        ("", "leaves nothing to chance"),
        ("#!-#!", "two check characters: write ! once"),
        ("#\\", "a backslash before ''"),
        ("\\A#", "a backslash before 'A'"),
        ("ÉTÉ-#", "printable characters of ASCII"),
        ("#\n", "printable characters of ASCII"),
        (" #", "must not begin or end with a blank"),
        ("#" * 101, "at most 100 printable"),
    ],
)
def test_a_pattern_that_cannot_be_is_refused(text: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=message.replace("\\", "\\\\")):
        CodePattern(text)


def test_a_number_beyond_the_codes_of_a_pattern_has_none() -> None:
    pattern = CodePattern("%")
    assert pattern.spell(7) == "9"
    for number in (-1, 8):
        with pytest.raises(DefinitionError, match="has a code for 0 to 7"):
            pattern.spell(number)


# --- batches ----------------------------------------------------------------------------------


def test_a_batch_is_distinct_and_takes_no_memory_as_it_grows() -> None:
    tracemalloc.start()
    seen = sum(1 for _ in codes(20_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (seen, peak < 200_000) == (20_000, True)
    assert len({normalised(each) for each in codes(20_000)}) == 20_000


@pytest.mark.heavy
def test_a_million_codes_are_distinct() -> None:
    began = time.process_time()
    assert len(set(codes(1_000_000))) == 1_000_000
    assert time.process_time() - began < 120


def test_a_batch_of_all_codes_has_every_one_once() -> None:
    pattern = CodePattern("#%!")
    found = list(codes(pattern.space, pattern, odds=1))
    assert sorted(found) == sorted(pattern.spell(number) for number in range(23 * 8))


def test_every_character_comes_up_at_every_place_and_batches_differ() -> None:
    found = list(codes(11_500))  # each character some 500 times, give or take 22
    for place in (*range(4), *range(5, 9), *range(10, 15)):
        counted = Counter(code[place] for code in found)
        assert sorted(counted) == sorted(ALPHABET)
        assert all(300 < times < 700 for times in counted.values())
    assert not {*found} & {*codes(11_500)}
    assert found != sorted(found)


def test_codes_come_one_by_one_from_a_batch_of_any_size() -> None:
    assert len(list(islice(codes(2_000_000_0), 3))) == 3


def test_a_batch_that_could_be_guessed_is_refused_with_what_to_write() -> None:
    with pytest.raises(DefinitionError) as error:
        codes(10_000, CodePattern("SUMMER-####!"))
    assert str(error.value) == (
        "the pattern 'SUMMER-####!' has 18 bits, and 34 are needed for 10000 codes of which one "
        "guess in 1000000 may hit one: write 4 more of #"
    )
    assert next(codes(10_000, CodePattern("SUMMER-####-####!")))
    assert next(codes(23, CodePattern("##"), odds=23))
    with pytest.raises(DefinitionError, match="write 1 more #"):
        codes(24, CodePattern("##"), odds=23)


@pytest.mark.parametrize("count", [0, -1, True, MAX_BATCH + 1, 1.0])
def test_a_batch_has_a_whole_number_of_codes(count: Any) -> None:
    with pytest.raises(DefinitionError, match="codes: write a whole number from 1 to"):
        codes(count)


# --- what people type -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "exact", "spaced", "lookalikes"),
    [
        ("SUN-1", "SUN-1", "SUN1", "5UN1"),
        (" sun 1 ", "sun 1", "SUN1", "5UN1"),
        ("s\u2013u\u2014n\u00a0\u2011I", "s\u2013u\u2014n\u00a0\u2011I", "SUNI", "5UN1"),
        ("\uff33\uff35\uff2e\uff11", "\uff33\uff35\uff2e\uff11", "SUN1", "5UN1"),
        ("oq0 il1 z2 s5 g6 b8", "oq0 il1 z2 s5 g6 b8", "OQ0IL1Z2S5G6B8", "00011122556688"),
        ("---", "---", None, None),
        ("", None, None, None),
        ("a\x00b", None, None, None),
        ("a\nb", None, None, None),
        ("x" * 200, "x" * 200, "X" * 200, "X" * 200),
        ("x" * 201, None, None, None),
        ("\ufdfa" * 200, "\ufdfa" * 200, None, None),  # each is eighteen characters when unfolded
    ],
)
def test_what_is_typed_is_read_by_a_named_tolerance(
    typed: str, exact: str | None, spaced: str | None, lookalikes: str | None
) -> None:
    if "\u00a0" in typed:
        exact = None  # a blank that is no plain one is not printable
    found = [normalised(typed, each) for each in Tolerance]
    assert found == [exact, spaced, lookalikes]


@given(numbers(PLAIN), st.data())
def test_a_code_is_read_however_it_is_typed(number: int, data: st.DataObject) -> None:
    code = PLAIN.spell(number)
    looks = {"2": "2Zz", "5": "5Ss", "6": "6Gg", "8": "8Bb", "-": ["", "-", " - ", "\u2013"]}
    typed = ""
    for each in code:
        typed += data.draw(st.sampled_from(looks.get(each, each + each.lower())))
    assert PLAIN.read(f" {typed} ") == code


def test_no_character_of_a_code_looks_like_another_or_makes_a_word() -> None:
    assert not set("01BGILOQSZ" + "AEU") & set(ALPHABET)
    assert "".join(sorted(ALPHABET)) == ALPHABET
    assert (len(DIGITS), len(LETTERS)) == (8, 15)


def test_exact_codes_are_read_as_they_are() -> None:
    pattern = CodePattern("a b-##", tolerance=Tolerance.EXACT)
    code = pattern.spell(300)
    assert pattern.read(code) == code
    assert pattern.read(code.upper()) is None
    assert pattern.read(code.replace("-", "")) is None


@pytest.mark.parametrize(
    "hostile", ["#" * 2**20, " " * 2**20, "\ufdfa" * 2**19, "\ud800", "2\u0301"]
)
def test_hostile_codes_are_none_at_once(hostile: str) -> None:
    began = time.process_time()
    assert PLAIN.read(hostile) is None
    assert KEY.matches(hostile, "") is False
    if len(hostile) > 200:
        assert normalised(hostile) is KEY.digest(hostile) is None
    assert time.process_time() - began < 0.5


# --- digests ----------------------------------------------------------------------------------


def test_a_digest_is_keyed_and_the_same_however_the_code_is_typed() -> None:
    content = b"lookalikes:5UMMER4K7P"
    assert KEY.digest("summer-4k7p") == hmac.new(SECRET, content, sha256).hexdigest()
    assert KEY.digest(" SUMMER 4K7P") == KEY.digest("summer4k7p")
    assert KEY.digest("SUMMER4K7R") != KEY.digest("SUMMER4K7P")
    assert CodeKey(SECRET[1:]).digest("SUMMER4K7P") != KEY.digest("SUMMER4K7P")
    spaced = CodeKey(SECRET, tolerance=Tolerance.SPACED)
    assert spaced.digest("4K7P") != KEY.digest("4K7P")


def test_digests_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def spy(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    digest = KEY.digest("4K7P")
    assert digest is not None
    monkeypatch.setattr(hmac, "compare_digest", spy)
    assert KEY.matches("4k7p", digest)
    assert not KEY.matches("4k7r", digest)
    assert not KEY.matches("", "")
    assert not KEY.matches("4k7p", "\ud800")
    assert not KEY.matches("4k7p", "\u00e9")
    assert [other for _, other in compared] == [
        *(digest.encode(), digest.encode(), b"", b"?", "\u00e9".encode())
    ]


def test_a_secret_is_long_enough_and_never_printed() -> None:
    assert repr(KEY) == "CodeKey(tolerance=<Tolerance.LOOKALIKES: 'lookalikes'>)"
    with pytest.raises(DefinitionError, match="a secret needs 16 bytes"):
        CodeKey(b"x" * 15)
    for wrong in ("x" * 32, 7, bytearray(32)):
        with pytest.raises(MisuseError, match="a secret is bytes"):
            CodeKey(cast("Any", wrong))


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: normalised(cast("Any", b"4K7P")),
        lambda: normalised("4K7P", cast("Any", "spaced")),
        lambda: CodePattern(cast("Any", 7)),
        lambda: CodePattern("#", tolerance=cast("Any", None)),
        lambda: codes(1, cast("Any", "####")),
        lambda: KEY.digest(cast("Any", None)),
        lambda: KEY.matches("4K7P", cast("Any", None)),
    ],
)
def test_what_is_of_the_wrong_kind_is_a_misuse(misuse: Any) -> None:
    with pytest.raises(MisuseError):
        misuse()


@pytest.mark.once
def test_the_library_does_not_bring_randomness_along() -> None:
    probe = (
        "import loyaltykit, sys; "
        "print([name for name in ('secrets', 'loyaltykit.codes') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
