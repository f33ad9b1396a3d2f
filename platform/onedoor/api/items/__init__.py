"""The item list and rulebooks over the interface."""
