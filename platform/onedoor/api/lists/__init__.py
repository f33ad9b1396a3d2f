"""Lists over the interface: what is asked of one, its pages by key, and its rows."""
