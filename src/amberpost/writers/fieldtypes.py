"""What a field of a record may hold, for formats that have types of their own."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin


def find_types(annotation: Any) -> Iterator[Any]:
    """The types that a field may have: of a union all, of a literal `str`, of a tuple itself.

    >>> from amberpost import Citation
    >>> [type_.__name__ for type_ in find_types(Citation.model_fields["date"].annotation)]
    ['date', 'NoneType']
    """
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for one in get_args(annotation):
            yield from find_types(one)
    elif hasattr(annotation, "__metadata__"):  # Annotated
        yield from find_types(get_args(annotation)[0])
    else:
        yield str if origin is not None and origin is not tuple else origin or annotation
