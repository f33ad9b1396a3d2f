"""Commands of the `onedoor` program, one module each; `onedoor.cli` wires them."""
