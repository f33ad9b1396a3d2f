"""One search over all rooms: what somebody may see, by name, number, code or pinyin initials."""
