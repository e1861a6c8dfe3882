"""Adapters: each file or package here is one outside thing behind one port. They never import each other."""
