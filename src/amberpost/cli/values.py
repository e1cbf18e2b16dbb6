"""What the options of several commands take: folders, sizes, numbers, contacts, and the words of a few."""

from __future__ import annotations

import math
import re
from enum import StrEnum
from typing import Annotated

import typer

Folder = Annotated[str, typer.Argument(metavar="DIR", help="The archive's folder.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing on standard error.")]

_SIZE = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)\s*([kmg]?)(i?)b?", re.ASCII | re.IGNORECASE)
_LONGEST_CONTACT = 200


class Robots(StrEnum):
    """The values of --robots."""

    on = "on"
    off = "off"


class Wayback(StrEnum):
    """The values of --wayback."""

    off = "off"
    recover = "recover"
    always = "always"


class Media(StrEnum):
    """The values of --media."""

    none = "none"
    images = "images"
    all = "all"


class Form(StrEnum):
    """The values of --format."""

    jsonl = "jsonl"
    csv = "csv"


def parse_size(text: str) -> int:
    """The bytes that a size such as 32MB, 1.5 GiB or 4096 means.

    >>> parse_size("32MB"), parse_size("1.5 KiB"), parse_size("4096")
    (32000000, 1536, 4096)
    """
    found = _SIZE.fullmatch(text.strip())
    size = 0
    if found:
        power = " kmg".index(found[2].lower() or " ")
        size = int(float(found[1]) * (1024 if found[3] else 1000) ** power)
    if size < 1:
        raise typer.BadParameter(f"{text!r} is no size: write bytes, or 32MB, 1.5GiB, ...")
    return size


def parse_positive(text: str) -> float:
    """A number above 0; not what Python also takes for one, such as nan and inf.

    >>> parse_positive("0.5")
    0.5
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise typer.BadParameter(f"{text!r} is no number above 0")
    return number


def parse_wait(text: str) -> float:
    """A number of seconds, 0 for not waiting at all.

    >>> parse_wait("0")
    0.0
    """
    return 0.0 if re.fullmatch(r"0+(?:\.0*)?", text.strip()) else parse_positive(text)


def parse_contact(text: str) -> str:
    """A contact as it can stand in a header and in a WARC file: one line of printable ASCII.

    >>> parse_contact(" archive@paper.example ")
    'archive@paper.example'
    """
    contact = text.strip()
    is_safe = contact.isascii() and contact.isprintable() and not set("()") & set(contact)
    if not is_safe or len(contact) > _LONGEST_CONTACT:
        raise typer.BadParameter("write one short line of ASCII: a mail address, or a page that says who you are")
    return contact
