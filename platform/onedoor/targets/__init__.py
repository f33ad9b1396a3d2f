"""Libraries of targets: selection, tags, risk levels, pools (R-L5, R-L6, R-O4)."""
