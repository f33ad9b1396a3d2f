"""Supervision: what a supervising bureau sees of the others, each read with its purpose and kept (R-T3, R-S4)."""
