"""Inspection items, their lists, rulebooks and the vocabulary of qualifications (R-L1 to R-L4, R-L10)."""
