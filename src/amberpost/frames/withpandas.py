"""Frames of pandas, with its types that know missing values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..models import MissingExtra, ReadError
from .columns import Column, Kind

_MICROSECONDS = "datetime64[us]"  # reaches from year 1 to 9999, which nanoseconds do not
_TYPES: dict[Kind, Any] = {"text": "string", "int": "Int64", "bool": "boolean", "list": object}


def make_frame(values: dict[str, list[Any]], columns: dict[str, Column]) -> pd.DataFrame:
    """A frame of columns.

    >>> make_frame({"start": [3, None]}, {"start": Column("int", nullable=True)})["start"].dtype
    Int64Dtype()
    """
    return pd.DataFrame({name: _make_series(values[name], column.kind) for name, column in columns.items()})


def _make_series(values: list[Any], kind: Kind) -> pd.Series[Any]:
    if kind == "date":
        return pd.Series(np.array(values, dtype=_MICROSECONDS))
    if kind == "instant":
        bare = [value and value.replace(tzinfo=None) for value in values]
        return pd.Series(np.array(bare, dtype=_MICROSECONDS)).dt.tz_localize("UTC")
    return pd.Series(values, dtype=_TYPES[kind])


def read_parquet(path: str) -> pd.DataFrame:
    """The frame of a Parquet file, its types turned to those that the other files give."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        advice = "pip install 'amberpost[parquet]'"
        raise MissingExtra(f".parquet files need pyarrow, which is not installed: {advice}") from None
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise ReadError(f"{path}: is no Parquet file that can be read ({error}): make it anew") from None
    known = {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame = table.to_pandas(types_mapper=known.get, date_as_object=False, ignore_metadata=True)
    for field in table.schema:
        if pa.types.is_date(field.type):
            frame[field.name] = frame[field.name].astype(_MICROSECONDS)
        elif pa.types.is_list(field.type):
            frame[field.name] = frame[field.name].map(list)
    return frame
