"""Outgoing events: what happened in a bureau, by number, to the systems its administrator names (interface.md, "Events")."""
