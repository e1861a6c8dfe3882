"""The brief in YAML: read as hostile input, checked in full, published as a JSON Schema, written from a template."""

from workprint.adapters.brief_yaml.source import YamlBriefSource, hash_only

__all__ = ["YamlBriefSource", "hash_only"]
