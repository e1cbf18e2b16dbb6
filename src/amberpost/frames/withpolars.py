"""Frames of polars, which has types for all that a record holds."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..models import ReadError
from .columns import Column, Kind

_TYPES: dict[Kind, Any] = {
    "text": pl.String(),
    "list": pl.List(pl.String()),
    "int": pl.Int64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "instant": pl.Datetime("us", "UTC"),
}


def make_frame(values: dict[str, list[Any]], columns: dict[str, Column]) -> pl.DataFrame:
    """A frame of columns.

    >>> dict(make_frame({"start": [3, None]}, {"start": Column("int", nullable=True)}).schema)
    {'start': Int64}
    """
    return pl.DataFrame([pl.Series(name, values[name], dtype=_TYPES[column.kind]) for name, column in columns.items()])


def read_parquet(path: str) -> pl.DataFrame:
    """The frame of a Parquet file, which has these types already."""
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ReadError(f"{path}: is no Parquet file that can be read ({error}): make it anew") from None
