"""Loads over the interface."""
