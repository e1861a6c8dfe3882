"""Dialects: one file for each way a model family wants a shot described."""
