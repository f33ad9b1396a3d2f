"""Letters: Word documents from templates that a bureau can replace with its own (forms.md, "Documents of one check")."""
