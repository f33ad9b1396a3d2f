"""Plans, their filings and the caps of visits, over the interface."""
