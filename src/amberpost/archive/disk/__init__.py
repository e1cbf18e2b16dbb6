"""What lies on the disk: the database, the WARC segments, the index; written, taken in after a crash, read."""
