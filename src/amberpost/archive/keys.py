"""The keys of an account at the Internet Archive: out of the environment alone, into one header, and nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from ..models import ArchiveError

ACCESS, SECRET = "AMBERPOST_SPN_ACCESS_KEY", "AMBERPOST_SPN_SECRET_KEY"
_KEY = re.compile(r"[A-Za-z0-9._~+/=-]{8,200}")  # what a header can hold, and is long enough to be looked for


@dataclass(slots=True, frozen=True, kw_only=True, repr=False)
class Keys:
    """Both keys; they are never shown, nor stored."""

    access: str
    secret: str

    def make_header(self) -> str:
        """The value of the header Authorization."""
        return f"LOW {self.access}:{self.secret}"

    def are_in(self, data: bytes) -> bool:
        """Whether one of the keys stands in these bytes, as it is or as JSON and addresses may write it."""
        spellings = (data, data.replace(b"\\", b""), unquote_to_bytes(data))
        return any(key.encode() in spelled for key in (self.access, self.secret) for spelled in spellings)


def read_keys(environment: Mapping[str, str] | None = None) -> Keys:
    """The keys that the environment names; raises ArchiveError, with advice, where they are missing or none.

    >>> read_keys({"AMBERPOST_SPN_ACCESS_KEY": "accesskey", "AMBERPOST_SPN_SECRET_KEY": "secretkey"}).access
    'accesskey'
    """
    told = os.environ if environment is None else environment
    missing = [name for name in (ACCESS, SECRET) if not told.get(name)]
    if missing:
        raise ArchiveError(
            f"saving pages needs keys in the environment: set {' and '.join(missing)}; an account at archive.org shows"
            " its keys at https://archive.org/account/s3.php"
        )
    for name in (ACCESS, SECRET):
        if not _KEY.fullmatch(told[name]):
            raise ArchiveError(f"{name} holds no key: 8 to 200 letters and digits, without blanks around them")
    return Keys(access=told[ACCESS], secret=told[SECRET])
