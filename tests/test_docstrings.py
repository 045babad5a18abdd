"""The examples in the docstrings are true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import loyaltykit

MODULES = [
    "loyaltykit",
    *sorted(m.name for m in pkgutil.walk_packages(loyaltykit.__path__, "loyaltykit.")),
]


@pytest.mark.parametrize("name", MODULES)
def test_every_doctest_of_a_module_answers_what_it_shows(name: str) -> None:
    assert doctest.testmod(import_module(name), report=True).failed == 0
