"""The anonymous signature of a WACZ: whoever holds the archive's key says that the package is as they made it.

wacz-auth 0.1.0 leaves open which curve, hash and form are meant; ReplayWeb.page 2.4 verifies P-384 with SHA-256 over
the characters of `sha256:HEX`, both numbers of the signature side by side, and the key as SubjectPublicKeyInfo. The
same key and package give the same signature (RFC 6979), so that signing takes nothing from reproducible bytes.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ...models import ArchiveError, MissingExtra

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

KEY = "signing-key.pem"
_VERSION = "0.1.0"
_NUMBER = 48  # bytes of each of the two numbers, for P-384
_LONGEST = 10_000


class Signer:
    """An archive's key, made when it is first wanted. `fingerprint` is what to publish: who knows it can verify."""

    def __init__(self, key: EllipticCurvePrivateKey) -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self._key = key
        self._public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.fingerprint = hashlib.sha256(self._public).hexdigest()

    @classmethod
    def of(cls, folder: Path) -> Signer:
        """Read the key in an archive's folder, or make one there, for its owner's eyes alone."""
        if find_spec("cryptography") is None:
            raise MissingExtra("--sign needs cryptography, which is not installed: pip install 'amberpost[sign]'")
        path = folder / KEY
        try:
            data = _read(path)
        except FileNotFoundError:
            data = _make(path)
        except OSError as error:
            raise ArchiveError(f"{path}: {error.strerror}: no key can be read there") from error
        return cls(_parse(data, path))

    def sign(self, digest: str, *, created: str, software: str) -> Mapping[str, str]:
        """The value of `signedData` for the digest of a datapackage.json, `sha256:HEX`."""
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        try:
            signature = self._key.sign(digest.encode(), ECDSA(SHA256(), deterministic_signing=True))
        except UnsupportedAlgorithm:  # built on an OpenSSL before 3.2: as good, but other bytes each time
            signature = self._key.sign(digest.encode(), ECDSA(SHA256()))
        numbers = b"".join(number.to_bytes(_NUMBER, "big") for number in decode_dss_signature(signature))
        return {
            "hash": digest,
            "created": created,
            "software": software,
            "version": _VERSION,
            "signature": base64.b64encode(numbers).decode(),
            "publicKey": base64.b64encode(self._public).decode(),
        }


def _read(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        return file.read(_LONGEST)


def _parse(data: bytes, path: Path) -> EllipticCurvePrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ArchiveError(
            f"{path} is no key that can be read: bring it back, or move it away for a new one"
        ) from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP384R1):
        raise ArchiveError(f"{path} is no key on P-384, which players verify: move it away for a new one")
    return key


def _make(path: Path) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    data = generate_private_key(SECP384R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}: the key to sign with cannot be made there") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    return data
