"""The one list, two libraries, one rulebook (R-L), and the register they are built on."""
