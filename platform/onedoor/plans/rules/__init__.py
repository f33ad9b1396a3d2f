"""The rules of plans: states, rates per stratum, what a version changes, and caps."""
