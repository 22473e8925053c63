"""Benchmarks: one small file each, listed in ``bench/run.py``."""
