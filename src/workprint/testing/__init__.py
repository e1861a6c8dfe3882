"""Shipped contract suites and behavioural fakes: whoever writes an adapter proves it with these."""
