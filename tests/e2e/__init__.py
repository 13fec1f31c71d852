"""Whole paths, as a person goes them."""
