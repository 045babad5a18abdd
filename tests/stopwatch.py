"""A stopwatch that a slow or busy machine does not upset: it counts the processor, by its pace.

Bounded time means that no input makes the work explode, by any factor; how fast a machine does a
fixed piece of work says how long a second is there. Timings proper are in the benchmarks.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

_USUAL = 0.02
"""How long the fixed piece of work takes on a usual machine, in seconds."""


def pace() -> float:
    """How many times slower this machine is just now than a usual one; 1 if it is not."""
    began = process_time()
    sum(number * number % 7 for number in range(200_000))
    return max(1, (process_time() - began) / _USUAL)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer on the processor than so many seconds of a usual machine.

    What the tests before have left in memory is kept from the collector meanwhile.
    """
    gc.freeze()
    before, began = pace(), process_time()
    yield
    took = process_time() - began
    gc.unfreeze()
    assert took < seconds * max(before, pace()), f"{took:.3f} s"
