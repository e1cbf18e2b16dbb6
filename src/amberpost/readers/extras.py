"""Forms that only an optional library reads: which one, and what to do where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from ..models import MissingExtra

_NEEDED = {
    "warc": ("fastwarc", "warc"),
    "wet": ("fastwarc", "warc"),
    "wacz": ("fastwarc", "warc"),
    "parquet": ("pyarrow", "parquet"),
}


def check_extra(form: str | None) -> None:
    """Raise a `MissingExtra` when the library that reads files of this form is not installed.

    >>> check_extra("text")
    """
    library, extra = _NEEDED.get(form or "", ("", ""))
    if library and find_spec(library) is None:
        raise MissingExtra(f"{form} files need {library}, which is not installed: pip install 'amberpost[{extra}]'")
