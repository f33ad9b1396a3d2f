"""OneDoor (一门): the platform a whole city shares for double-random inspections."""
