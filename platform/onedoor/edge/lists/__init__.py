"""How lists are read for pages and for the API: by key, never by number; counted so far and no further."""
