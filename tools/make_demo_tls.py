"""Write the certificate of the small internet and of the authority that signs it: `src/amberpost/demo/certificates/`.

    python tools/make_demo_tls.py            make new keys and certificates
    python tools/make_demo_tls.py --check    exit 1 when the certificate does not name each host of the index

The authority's key is never written: a certificate for another host needs a new authority, which is this script's work.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from amberpost.demo.catalogue import read_catalogue
from amberpost.demo.tls import AUTHORITY, FOLDER, SERVER

BEGIN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(2125, 12, 31, tzinfo=dt.UTC)
LOAD_HOSTS = 100
# Hosts that answers may be added for without new certificates.
PLANNED = (
    *("www.twitter.com", "mobile.twitter.com", "www.x.com", "mobile.x.com", "pic.x.com", "pbs.twimg.com"),
    *("cdn.syndication.twimg.com", "publish.twitter.com", "publish.x.com", "api.fxtwitter.com"),
    *("web.archive.org", "archive.org", "archive.today", "archive.ph", "www.instagram.com", "bsky.app"),
)
_KEY_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def find_names() -> list[str]:
    """Every host that the certificate has to name: of the index, of the benchmarks, and those that are planned."""
    load = {f"host{number:03}.test" for number in range(LOAD_HOSTS)}
    return sorted(read_catalogue().find_hosts(certified=True) | load | set(PLANNED))


def make_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make_uses(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in uses for use in _KEY_USES})


def start_certificate(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    """What both certificates share, the identifier of the key among it, which strict clients ask for."""
    return (
        x509.CertificateBuilder(subject_name=subject, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def sign_authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = make_name("Amberpost demo authority: trust it nowhere else")
    return (
        start_certificate(name, key)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(make_uses("key_cert_sign", "crl_sign"), critical=True)
        .sign(key, hashes.SHA256())
    )


def sign_server(
    key: ec.EllipticCurvePrivateKey,
    names: Sequence[str],
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        start_certificate(make_name("Amberpost demo server"), key)
        .issuer_name(authority.subject)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(make_uses("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def write_files(names: Sequence[str]) -> None:
    """Make both keys and certificates, and write all but the authority's key."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = sign_authority(authority_key)
    server = sign_server(key, names, authority, authority_key)
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    FOLDER.mkdir(exist_ok=True)
    AUTHORITY.write_bytes(authority.public_bytes(pem))
    SERVER.write_bytes(server.public_bytes(pem) + secret)


def find_missing() -> set[str]:
    """The hosts that the certificate in the tree should name and does not."""
    server = x509.load_pem_x509_certificate(SERVER.read_bytes())
    named = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(find_names()) - set(named.get_values_for_type(x509.DNSName))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a host is not named")
    if parser.parse_args().check:
        missing = find_missing()
        print(*(f"not in the certificate: {name}" for name in sorted(missing)), sep="\n", end="\n" if missing else "")
        return int(bool(missing))
    write_files(find_names())
    return 0


if __name__ == "__main__":
    sys.exit(main())
