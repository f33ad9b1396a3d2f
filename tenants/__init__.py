"""Bureaus, users, roles, sign-in, scope, and the only door across bureaus."""
