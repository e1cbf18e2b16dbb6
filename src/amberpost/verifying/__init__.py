"""Is what was captured the post that was cited? Pure functions over a citation's row and a post's record."""
