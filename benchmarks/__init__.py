"""Measurements: run them one by one, on a machine that does nothing else."""
