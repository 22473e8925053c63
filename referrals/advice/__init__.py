"""Very brief advice as rules: the steps, the answers, what comes next; `script.py` decides."""
