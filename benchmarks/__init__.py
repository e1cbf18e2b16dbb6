"""What Amberpost costs, measured on invented news text beside tools that do less: `python -m benchmarks`."""
