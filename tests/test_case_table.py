"""Where cases of discounts, stacking and coupons from the field are tested: in which module."""

import re
from pathlib import Path

import pytest

TABLE: dict[str, str] = {
    "test_allocation": ("A06 A08 A10 A12 A20"),
    "test_cases_discounts_amounts": (
        "A02 A04 A14 A16 A18 A22 A24 A26 A28 A30 A32 B06 B12 B22 B24 C02 C04 C06 C08 C10 C12 "
        "C14 C16 C18 C20 C22 C24 C26 C28 C30 C32 C34 C36 C38 C40 dsc-01"
    ),
    "test_cases_discounts_units": (
        "B02 B04 B08 B10 B14 B16 B18 B20 B26 B28 D02 D04 D06 D08 D10 D12 D14 dsc-04"
    ),
    "test_cases_stacking": (
        "E02 E04 E06 E08 E10 E12 E14 E16 E18 E20 F02 F04 F06 F08 F10 F12 F14 F16 cpn-02 cpn-05"
    ),
}
FOUND = [(case, module) for module, cases in TABLE.items() for case in cases.split()]


@pytest.mark.parametrize(("case", "module"), FOUND, ids=[case for case, _ in FOUND])
def test_a_case_is_named_where_the_table_says(case: str, module: str) -> None:
    text = (Path(__file__).parent / f"{module}.py").read_text("utf-8")
    assert re.search(rf"\b{case}(?![0-9])", text)


def test_every_case_of_the_groups_stands_in_the_table_once() -> None:
    cases = [case for case, _ in FOUND]
    assert len(cases) == len(set(cases)) == 79
    last = {"A": 32, "B": 28, "C": 40, "D": 14, "E": 20, "F": 16}
    wanted = [f"{group}{n:02d}" for group, most in last.items() for n in range(2, most + 1, 2)]
    assert sorted(cases) == sorted([*wanted, "cpn-02", "cpn-05", "dsc-01", "dsc-04"])
