"""What examples reach: drawn until all of it was seen, and no further."""

from collections.abc import Callable, Iterable
from contextlib import suppress

from hypothesis import Phase, given, settings
from hypothesis import strategies as st


class _SeenAllError(Exception):
    """Everything that was looked for has come up: no more is to be drawn."""


def unreached(
    wanted: Iterable[str], seen: Callable[[st.DataObject], Iterable[str]], size: int
) -> list[str]:
    """Which of the wanted words never come up in so many examples, each of which tells its own.

    Hypothesis also draws what it reads in the modules that are loaded, so that a run may need more
    examples than another: the size is a bound, and far above what is needed.
    """
    left = set(wanted)

    # What has been seen does not come up anew, so that the example that ends it ends it again.
    @settings(max_examples=size, database=None, derandomize=True, phases=[Phase.generate])
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        left.difference_update(seen(data))
        if not left:
            raise _SeenAllError

    with suppress(_SeenAllError):
        collect()
    return sorted(left)
