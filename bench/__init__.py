"""Measures speed, memory and endurance on this machine; every figure stands beside a baseline of the same run."""
