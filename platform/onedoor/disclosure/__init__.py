"""What is public, since when, until when (R-O1, R-O3). It knows no room above it."""
