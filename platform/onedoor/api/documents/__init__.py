"""Documents (文书) and the bureau's own templates over the interface."""
