"""What goes wrong on a ward, and what must be left of every conversation all the same."""
