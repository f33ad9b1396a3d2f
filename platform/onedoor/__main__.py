"""`python -m onedoor`: the `onedoor` command."""

from onedoor.cli import main

main()
