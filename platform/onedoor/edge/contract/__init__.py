"""What the interface promises: its contract by version, its change log, and what each name means; read by api and by the pages about it."""
