"""Who may be asked when: lanes and their pace, retries, Retry-After, robots.txt, and what shards share."""
