"""What other tools give on the same fixtures: run once in environments of their own, kept in `results.json`."""
