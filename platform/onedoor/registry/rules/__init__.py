"""The registry's rules: how rows of a file are read, what a rule of selection says, when an officer may be drawn."""
