"""Texts of people: characters, order of names, numbers that are masked."""
