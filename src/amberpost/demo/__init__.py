"""A small internet on loopback, for `amberpost demo`, the tests and the benchmarks.

What its hosts answer are files, byte for byte as they go over the wire, in `answers/`; `index.toml` there says which
URL gets which, and how sure anybody is that the real host answers so.
"""
