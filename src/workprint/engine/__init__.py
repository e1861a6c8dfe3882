"""The engine: reads the catalogue of stages and gates, plans, and works: two desks, one book, one ledger."""
