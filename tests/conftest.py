"""Hypothesis profiles: `ci` (the default) is the same every time, `heavy` searches.

`brief` is `ci` with fewer examples, for every further Python;
`mutants` is for tests/mutation: few examples, and a failure is not made smaller.
"""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile("ci", max_examples=32, deadline=None, derandomize=True, database=None)
settings.register_profile("brief", settings.get_profile("ci"), max_examples=6)
settings.register_profile(
    "heavy",
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "mutants",
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("ci")
