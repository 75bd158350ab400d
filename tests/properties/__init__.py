"""What must hold for any input, tried on inputs that hypothesis thinks up.

`MULTIACT_PROFILE=fuzz` (`nox -s fuzz`) tries many more of them, new ones each time.
"""

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
_SHARED = settings(deadline=None, suppress_health_check=_SLOW, print_blob=True)
settings.register_profile("everyday", _SHARED, max_examples=50, derandomize=True, database=None)
settings.register_profile("fuzz", _SHARED, max_examples=3000)
PROFILE = os.environ.get("MULTIACT_PROFILE", "everyday")


def examples(count: int) -> settings:
    """Settings for a test that everyday tries `count` inputs, and sixty times as many else."""
    chosen = settings.get_profile(PROFILE)
    return settings(chosen, max_examples=count * chosen.max_examples // 50)
