"""Target libraries over the interface."""
