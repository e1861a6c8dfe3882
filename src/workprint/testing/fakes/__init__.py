"""Behavioural fakes of providers: loopback servers that keep to the published interfaces, faults and bills included."""
