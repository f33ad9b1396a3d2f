"""Bytes of the protocol: characters, canonical JSON, hashes, trees, and sweeps over many lines (draw.md, "Bytes")."""
