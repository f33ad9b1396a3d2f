"""The load engine: files brought in, checked, written step by step, undone (R-L11)."""
