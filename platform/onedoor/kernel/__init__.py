"""The leaf every room stands on: database, scope, errors, clock, jobs, audit, files."""
