"""One exchange with one server: vetted, dialled, heard byte for byte, read again; where its answer leads."""
