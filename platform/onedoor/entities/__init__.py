"""The shared register of entities, with premises, licences, merging, corrections and data quality (R-L5, R-T4)."""
