"""Statistics: figures computed from records, one meaning each, with the records behind them (R-S1, R-S2)."""
