"""What leaves an archive: tables of cited posts, with names or without, and WACZ packages for the field's players."""
