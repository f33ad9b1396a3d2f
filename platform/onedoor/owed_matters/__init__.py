"""What a bureau owes: drawn matters that were not checked at their visit (R-J5)."""
