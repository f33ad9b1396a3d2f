"""Filing (备案): what a bureau hands to its supervisors, and their answer (R-P4)."""
