"""What a check of the ledger may say; pure."""
