"""Exports of results to outside platforms, their receipts, mending and sending again (R-O2, R-O3)."""
