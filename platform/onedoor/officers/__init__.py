"""Inspectors, experts, certificates, duties and trainings (R-L7 to R-L9, R-L13)."""
