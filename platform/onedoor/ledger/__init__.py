"""执法检查台账 (F11): every check of a bureau, and those that were made outside this platform (R-V9)."""
