"""P20: a mebibyte of hostile data is refused within a second and 64 MiB."""

import subprocess
import sys
import textwrap

import pytest
from stopwatch import pace

PROBE = textwrap.dedent(
    """
    import resource, sys, time
    from loyaltykit import LoyaltyError, loads
    from loyaltykit.codec import EVENTS

    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    for warm in ("[]", '{"loyaltykit":1,"value":{"is":"Activity"}}'):
        try:
            loads(warm, EVENTS)
        except LoyaltyError:
            pass
    data = eval(sys.argv[1])
    size, before, began = len(data), peak(), time.process_time()
    try:
        loads(data, EVENTS, most=2**20)
    except LoyaltyError as refused:
        name = type(refused).__name__
    print(size, name, time.process_time() - began, peak() - before < 64)
    """
)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        ("'{' + ','.join(f'\"{i}\":0' for i in range(104_000)) + '}'", 1_032_891),
        ("'[' + '0,' * 524_286 + '0]'", 1_048_575),
        ("'[' + '[],' * 349_523 + '[]]'", 1_048_573),
        ("'[' + '{},' * 349_523 + '{}]'", 1_048_573),
        ("'[' + '1.5,' * 262_142 + '1.5]'", 1_048_573),
        ("'[' + '9' * 1_000_000 + ']'", 1_000_002),
        ("'[' * 2**20", 1_048_576),
        ("'\"' + 'a' * 1_048_574 + '\"'", 1_048_576),
        ("' ' * (2**20 + 1)", 1_048_577),
    ],
    ids=["keys", "numbers", "lists", "objects", "floats", "digits", "depth", "text", "too long"],
)
def test_p20_a_mebibyte_is_refused_within_a_second_and_64_mebibytes(data: str, size: int) -> None:
    before = pace()
    run = subprocess.run(
        [sys.executable, "-c", PROBE, data], capture_output=True, text=True, check=True
    )
    read, name, took, small = run.stdout.split()
    assert (read, name, small) == (str(size), "DecodeError", "True")
    assert float(took) < max(before, pace())
