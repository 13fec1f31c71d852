"""Language models that may word a note: they choose and join what was said, the gate decides what stands."""
