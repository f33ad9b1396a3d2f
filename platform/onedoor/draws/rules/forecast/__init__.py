"""What is said before a draw: quotas, counts, feasibility, doors saved."""
