"""What a finding sets off, each kind in its own way to its end (后续处置, R-V7)."""
