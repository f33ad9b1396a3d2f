"""Letters: Word documents from templates that a bureau can replace with its own (forms.md, "Documents of one check"); and words
to its people that something needs them (通知)."""
