"""Word documents: filled from a template of ours here, from a stranger's in a process of its own."""
