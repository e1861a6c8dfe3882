"""Buying: one paid order from the intent to the stored result, never paid twice. See docs/adr/0011."""
