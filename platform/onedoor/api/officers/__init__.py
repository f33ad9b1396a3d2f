"""Officers, experts, duties and trainings over the interface."""
