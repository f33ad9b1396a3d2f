"""A check that no draw made, from its proposal to its approval, with what is registered afterwards (R-V9)."""
