"""Plans: what a bureau will check in a year, their publication and filing, the cap ledger (R-P)."""
