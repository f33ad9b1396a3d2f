"""Properties of the draw are judged by what they say, not by how busy the machine is.

At a desk each run tries other examples. Under CI they are the same in every run, so that a green run stays green.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("unhurried")
