"""Data frames: what Amberpost wrote, for pandas or polars, with the same columns and types whatever the file."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any, Literal

from ..models import MissingExtra, ReadError
from .sources import check_source, read_columns

Engine = Literal["pandas", "polars"]

_ENGINES: tuple[Engine, ...] = ("pandas", "polars")


def read_frame(path: str | os.PathLike[str], *, engine: Engine | None = None) -> Any:
    """Read a file that `find`, `export` or `write` made as a DataFrame: of pandas, else of polars, as is installed.

    `.jsonl`, `.jsonl.gz`, `.csv`, `.parquet` and `.db` give the same frame: days as dates (in pandas as instants at
    midnight without a zone), instants in UTC, lists as lists, whole numbers and truth values that may be missing. CSV
    has one empty cell for what is unknown and for what is empty: there it is unknown. Of a database with citations and
    cited posts the latter are read, which hold both. Raises `ReadError` for a file that is none of ours, or an engine
    that is none, `MissingExtra` where no library is installed to make the frame.

    >>> import tempfile, amberpost
    >>> path = tempfile.mkdtemp() + "/x.csv"
    >>> amberpost.write(amberpost.find("Rain. — Ada Wren (@adawren) November 29, 2024"), path)
    1
    >>> frame = read_frame(path)
    >>> frame["handle"][0], frame["date"][0].year
    ('adawren', 2024)
    """
    if not isinstance(path, str | os.PathLike):
        raise ReadError(f"a path is a string or a pathlib.Path, not {type(path).__name__!r}: name a file")
    name = os.fspath(path)
    suffix = check_source(name)
    if choose_engine(engine) == "pandas":
        from . import withpandas

        return withpandas.read_parquet(name) if suffix == ".parquet" else withpandas.make_frame(*read_columns(name))
    from . import withpolars

    return withpolars.read_parquet(name) if suffix == ".parquet" else withpolars.make_frame(*read_columns(name))


def choose_engine(engine: Engine | None = None) -> Engine:
    """The library that makes the frame: the one that is asked for, else the first that is installed.

    >>> choose_engine("polars")
    'polars'
    """
    if engine not in (None, *_ENGINES):
        raise ReadError(f"engine {engine!r}: it is one of {', '.join(_ENGINES)}")
    wanted = _ENGINES if engine is None else (engine,)
    for name in wanted:
        if find_spec(name) is not None:
            return name
    extras = " or ".join(f"pip install 'amberpost[{name}]'" for name in wanted)
    raise MissingExtra(f"a data frame needs {' or '.join(wanted)}, which is not installed: {extras}")
