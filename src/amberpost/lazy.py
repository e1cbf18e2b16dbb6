"""Public names that are loaded on first use, so that importing their package costs next to nothing."""

from __future__ import annotations

from importlib import import_module
from sys import modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def make_getattr(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package whose public names are in the modules that `homes` says.

    >>> make_getattr("amberpost", {"find": "finding"})("find").__name__
    'find'
    """

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f".{homes[name]}", package), name)
        setattr(modules[package], name, value)
        return value

    return load
