"""One entry through one door: approval, code, record, report, follow-ups (R-V, R-J2)."""
