"""Providers of generated media, one file each: each names itself as `PROVIDER` and is found by looking."""
