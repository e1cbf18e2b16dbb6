"""Looking after an archive at rest: whether every byte is as it was stored, and forgetting for good."""
