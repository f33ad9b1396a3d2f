"""The shared register over the interface."""
