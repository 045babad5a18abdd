"""Strict parsing, currencies and rounding: no float enters, and no ambient context matters (P2)."""

import decimal
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stopwatch import within

from loyaltykit.errors import DefinitionError, LimitError, LoyaltyError, MisuseError
from loyaltykit.money import (
    Currency,
    Rounding,
    currency,
    exact,
    minor_units,
    money_text,
    number_text,
    ratio,
    rounded,
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (0, "0"),
        (15, "15"),
        (-15, "-15"),
        (1_200, "1200"),
        ("2.50", "2.5"),
        ("0.25", "0.25"),
        ("-0.00", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("0.000000000001", "0.000000000001"),
        ("999999999999999", "999999999999999"),
        ("999999999999999.999999999999", "999999999999999.999999999999"),
        (Decimal("2.50"), "2.5"),
        (Decimal("1E+2"), "100"),
        (Decimal("1E+14"), "100000000000000"),
        (Decimal("-0E+1000000"), "0"),
        (Decimal("0E-1000000"), "0"),
        (Decimal("1.0000000000000000000"), "1"),
    ],
)
def test_a_written_number_becomes_canonical(written: int | str | Decimal, canonical: str) -> None:
    number = exact(written, "rate")
    assert number_text(number) == canonical
    assert number.as_tuple() == Decimal(canonical).as_tuple()


def test_equal_numbers_are_equal_hash_equal_and_print_equal() -> None:
    same = [exact(v, "rate") for v in (100, "100", "100.00", Decimal("1E+2"), Decimal("100.0"))]
    assert [str(number) for number in same] == ["100"] * 5
    assert len(set(same)) == 1


@pytest.mark.parametrize(
    "written",
    [
        *("1_000", " 1", "1 ", "1\n", "+1", "1.", ".5", "1e3", "1E3", "\u0661\u0662", "\uff11"),
        *("", "-", "--1", "1,5", "nan", "NaN", "inf", "Infinity", "0x10", "1.2.3", "\u00bd"),
        *("9" * 65, "0." + "0" * 70, Decimal("nan"), Decimal("sNaN"), Decimal("inf")),
        *(Decimal("-inf"), Decimal("1" * 65)),
    ],
)
def test_what_is_no_plain_number_is_refused_with_an_example(written: str | Decimal) -> None:
    with pytest.raises(DefinitionError, match=r'^rate: write a number such as "12\.50", not '):
        exact(written, "rate")


@pytest.mark.parametrize(
    "written", [True, False, 1.5, 0.0, float("nan"), 1j, None, b"1", [1], ["1"]]
)
def test_a_float_a_bool_and_other_kinds_are_misuse(written: object) -> None:
    with pytest.raises(MisuseError, match=r"^rate: write a whole number, text such as"):
        exact(written, "rate")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (10**15, "at most 15 digits before the point"),
        (-(10**15), "at most 15 digits before the point"),
        pytest.param(10**5_000, "at most 15 digits .* number of 16610 bits", id="10**5000"),
        ("1000000000000001", "at most 15 digits before the point"),
        (Decimal("1E+15"), "at most 15 digits before the point"),
        (Decimal("1e1000000"), r"at most 15 digits before the point, not Decimal\('1E\+1000000'\)"),
        ("0.0000000000001", "at most 12 decimals"),
        (Decimal("1e-13"), "at most 12 decimals"),
        (Decimal("1e-1000000"), "at most 12 decimals"),
    ],
)
def test_too_many_digits_are_refused(written: int | str | Decimal, problem: str) -> None:
    with pytest.raises(DefinitionError, match=rf"^rate: write {problem}"):
        exact(written, "rate")


def test_a_huge_exponent_is_refused_before_it_is_converted() -> None:
    hostile: list[Decimal | int | str] = [
        Decimal("1e1000000"),
        Decimal("-1e-999999"),
        Decimal("1e999999"),
        10**100_000,
    ]
    hostile_text = ["1e1000000", "9" * 1_000_000, "0." + "1" * 1_000_000]
    with within(0.1):
        for value in [*hostile, *hostile_text]:
            with pytest.raises(DefinitionError):
                exact(value, "rate")


def test_a_minimum_is_inclusive_and_named() -> None:
    assert exact("0.5", "rate", minimum=Decimal("0.5")) == Decimal("0.5")
    assert exact(0, "rate", minimum=0) == 0
    with pytest.raises(
        DefinitionError, match=r"^rate: write a number that is at least 0\.5, not 0\.4$"
    ):
        exact("0.40", "rate", minimum=Decimal("0.5"))
    with pytest.raises(DefinitionError, match=r"^rate: write a number that is at least 0, not -1$"):
        exact(-1, "rate", minimum=0)


@pytest.fixture
def hostile_context() -> Iterator[None]:
    """Six digits, every signal trapped: decimal arithmetic would round or raise."""
    with decimal.localcontext(prec=6, Emax=3, Emin=-3, clamp=1) as context:
        for signal in context.traps:
            context.traps[signal] = True
        yield


@pytest.mark.usefixtures("hostile_context")
def test_no_ambient_decimal_context_matters() -> None:
    number = exact("123456789012345.123456789012", "rate", minimum=Decimal("-123456789.123456789"))
    assert str(number) == "123456789012345.123456789012"
    assert str(exact(number, "rate")) == "123456789012345.123456789012"
    assert str(exact(Decimal((0, (1, 5), 12)), "rate")) == "15000000000000"
    assert number_text(number) == "123456789012345.123456789012"
    assert number_text(exact("0.000000000001", "rate")) == "0.000000000001"
    assert ratio(number) == Fraction(123456789012345123456789012, 10**12)
    assert minor_units(exact("9999999999.99", "price"), currency("EUR"), "price") == 999_999_999_999
    with pytest.raises(DefinitionError):
        exact(Decimal("NaN"), "rate")


numbers = st.integers(-(10**27) + 1, 10**27 - 1)


@given(numbers, st.integers(0, 12), st.integers(0, 20))
def test_text_and_decimal_spellings_agree(coefficient: int, places: int, padding: int) -> None:
    digits = f"{abs(coefficient):028d}"
    text = ("-" if coefficient < 0 else "") + digits[: 28 - places] + "." + digits[28 - places :]
    text = text.rstrip(".") + ("0" * padding if places else "")
    try:
        number = exact(text, "rate")
    except DefinitionError:
        assert abs(coefficient) >= 10 ** (15 + places)
        return
    assert abs(coefficient) < 10 ** (15 + places)
    assert ratio(number) == Fraction(coefficient, 10**places)
    assert str(exact(Decimal(text), "rate")) == str(number)
    assert str(exact(number_text(number), "rate")) == str(number)


@given(st.one_of(st.text(), st.decimals(), st.integers(), st.floats(), st.booleans(), st.none()))
def test_whatever_comes_in_is_canonical_or_a_loyalty_error(value: int | str | Decimal) -> None:
    try:
        number = exact(value, "rate")
    except LoyaltyError:
        return
    assert set(number_text(number)) <= set("-0123456789.")
    assert number == Decimal(value)


@pytest.mark.parametrize(
    ("places", "codes"),
    [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (2, "EUR USD GBP CHF CNY INR BRL ZAR PLN SEK HUF IDR MGA MRU XCG ZWG VED SLE XAD"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ],
)
def test_a_currency_has_its_iso_4217_decimals(places: int, codes: str) -> None:
    for code in codes.split():
        assert (currency(code).code, currency(code).exponent) == (code, places)
        assert currency(code) == Currency(code, places)


def test_a_scale_is_the_minor_units_of_one_major_unit() -> None:
    scales = [currency(code).scale for code in ("JPY", "EUR", "KWD", "CLF")]
    assert scales == [1, 100, 1_000, 10_000]


@pytest.mark.parametrize("retired", ["HRK", "BGN", "ANG", "CUC", "ZWL", "DEM"])
def test_a_currency_that_is_no_longer_in_use_is_unknown(retired: str) -> None:
    with pytest.raises(DefinitionError, match="no active ISO 4217 code"):
        currency(retired)


@pytest.mark.parametrize("special", ["XAU", "XAG", "XDR", "XTS", "XXX"])
def test_metals_and_test_codes_are_no_money(special: str) -> None:
    with pytest.raises(DefinitionError, match="no active ISO 4217 code"):
        currency(special)


@pytest.mark.parametrize(
    ("written", "nearest"),
    [("eur", "EUR"), ("Euro", "EUR"), ("EURO", "EUR"), ("US$", "USD"), ("GPB", "GBP")],
)
def test_an_unknown_currency_is_refused_with_the_nearest_code(written: str, nearest: str) -> None:
    with pytest.raises(DefinitionError, match=f"the nearest is '{nearest}'"):
        currency(written)


def test_any_text_is_answered_in_a_short_message() -> None:
    for text in ("", "E" * 1_000_000, "\0", "€"):
        with pytest.raises(DefinitionError) as raised:
            currency(text)
        assert len(str(raised.value)) < 160


@pytest.mark.parametrize("written", [None, 978, b"EUR", ["EUR"]])
def test_a_currency_code_is_text(written: object) -> None:
    with pytest.raises(MisuseError, match='write an ISO 4217 code such as "EUR"'):
        currency(written)  # type: ignore[arg-type]


@pytest.mark.parametrize("exponent", [3, 0, True, None])
def test_a_currency_is_never_built_with_other_decimals(exponent: int) -> None:
    with pytest.raises(DefinitionError, match="currency EUR has 2 decimals, not"):
        Currency("EUR", exponent)


@pytest.mark.parametrize(
    ("amount", "code", "minor"),
    [
        ("15", "EUR", 1_500),
        ("12.5", "EUR", 1_250),
        ("-0.05", "EUR", -5),
        ("1200", "JPY", 1_200),
        ("1.234", "KWD", 1_234),
        ("0.0001", "CLF", 1),
        ("999999999999999.99", "EUR", 99_999_999_999_999_999),
    ],
)
def test_an_amount_becomes_minor_units(amount: str, code: str, minor: int) -> None:
    assert minor_units(Decimal(amount), currency(code), "price") == minor


@pytest.mark.parametrize(
    ("amount", "code", "places"),
    [("0.001", "EUR", 2), ("12.345", "EUR", 2), ("0.5", "JPY", 0), ("0.0001", "KWD", 3)],
)
def test_more_decimals_than_the_currency_has_are_refused(
    amount: str, code: str, places: int
) -> None:
    with pytest.raises(
        DefinitionError, match=rf"^price: {code} has {places} decimals, so {amount} "
    ):
        minor_units(Decimal(amount), currency(code), "price")


def test_minor_units_bound_the_exponent_too() -> None:
    with pytest.raises(DefinitionError, match=r"^price: write at most 15 digits"):
        minor_units(Decimal("1e1000000"), currency("EUR"), "price")


@pytest.mark.parametrize(
    ("minor", "code", "text"),
    [
        (1_250, "EUR", "12.50 EUR"),
        (-5, "EUR", "-0.05 EUR"),
        (0, "EUR", "0.00 EUR"),
        (-1_200, "EUR", "-12.00 EUR"),
        (1_200, "JPY", "1200 JPY"),
        (1_005, "KWD", "1.005 KWD"),
        (10_001, "CLF", "1.0001 CLF"),
    ],
)
def test_money_reads_as_people_write_it(minor: int, code: str, text: str) -> None:
    assert money_text(minor, currency(code)) == text


@pytest.mark.parametrize("minor", [1.5, True, Decimal(1), None])
def test_only_whole_minor_units_are_printed(minor: object) -> None:
    with pytest.raises(MisuseError, match=r"^amount: write a whole number of minor units"):
        money_text(minor, currency("EUR"))  # type: ignore[arg-type]


def test_an_absurd_amount_is_not_printed() -> None:
    with pytest.raises(LimitError, match=r"^amount: at most"):
        money_text(10**5_000, currency("EUR"))


@pytest.mark.parametrize(
    ("value", "floor", "half_up", "half_even", "ceil"),
    [
        (Fraction(0), 0, 0, 0, 0),
        (Fraction(1, 2), 0, 1, 0, 1),
        (Fraction(3, 2), 1, 2, 2, 2),
        (Fraction(5, 2), 2, 3, 2, 3),
        (Fraction(49, 100), 0, 0, 0, 1),
        (Fraction(51, 100), 0, 1, 1, 1),
        (Fraction(50_080, 100), 500, 501, 501, 501),
        (Fraction(-1, 2), -1, -1, 0, 0),
        (Fraction(-3, 2), -2, -2, -2, -1),
        (Fraction(-5, 2), -3, -3, -2, -2),
        (Fraction(-49, 100), -1, 0, 0, 0),
        (7, 7, 7, 7, 7),
        (-7, -7, -7, -7, -7),
    ],
)
def test_each_rounding_does_what_its_sentence_says(
    value: Fraction | int, floor: int, half_up: int, half_even: int, ceil: int
) -> None:
    assert rounded(value, Rounding.FLOOR) == floor
    assert rounded(value, Rounding.HALF_UP) == half_up
    assert rounded(value, Rounding.HALF_EVEN) == half_even
    assert rounded(value, Rounding.CEIL) == ceil


@given(st.fractions(), st.sampled_from(Rounding))
def test_rounding_stays_within_one_and_keeps_whole_numbers(value: Fraction, mode: Rounding) -> None:
    whole = rounded(value, mode)
    assert type(whole) is int
    assert abs(whole - value) < 1
    assert rounded(whole, mode) == whole


@given(st.fractions(), st.sampled_from([Rounding.HALF_UP, Rounding.HALF_EVEN]))
def test_rounding_to_the_nearest_mirrors(value: Fraction, mode: Rounding) -> None:
    assert rounded(-value, mode) == -rounded(value, mode)
    assert abs(rounded(value, mode) - value) <= Fraction(1, 2)


@pytest.mark.parametrize("value", [1.5, True, Decimal("1.5"), "1", None])
def test_only_exact_numbers_are_rounded(value: object) -> None:
    with pytest.raises(MisuseError, match=r"^rounded: give an int or a Fraction"):
        rounded(value, Rounding.FLOOR)  # type: ignore[arg-type]
