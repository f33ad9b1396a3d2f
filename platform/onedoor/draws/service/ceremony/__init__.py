"""What makes a draw public and undeniable while it goes on: witnesses, a beacon, the hour when a surprise is told (draw.md)."""
