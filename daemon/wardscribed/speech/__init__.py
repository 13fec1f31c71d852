"""Utterances in, committed words out."""
