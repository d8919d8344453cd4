"""The promises of docs/reliability.md, each with the run that tries it.

``python -m benchmarks.reliability`` runs them all at their full figures and prints a table;
``--only R1,R4 --share 0.01`` runs a small part. The seed decides everything that is drawn.
"""
