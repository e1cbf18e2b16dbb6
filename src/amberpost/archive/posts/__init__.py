"""From answers to posts: which one a link led to, what is said of it, whether it is the one that was cited."""
