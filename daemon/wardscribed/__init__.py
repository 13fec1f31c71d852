"""The daemon: audio in, committed words and a grounded draft note out."""
