"""TLS for the small internet: a certificate authority of its own, which nothing but it trusts.

The authority's key was thrown away when `tools/make_demo_tls.py` made the files, so that nobody can sign with it.
"""

from __future__ import annotations

import ssl
from pathlib import Path

FOLDER = Path(__file__).parent / "certificates"
AUTHORITY = FOLDER / "authority.pem"
SERVER = FOLDER / "server.pem"


def make_server_context() -> ssl.SSLContext:
    """What the small internet's side of a TLS connection needs: its certificate and the key to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SERVER)
    return context


def make_client_context() -> ssl.SSLContext:
    """A client's context that trusts the demo's authority and nobody else, by the strict rules of Python 3.13.

    >>> [certificate["subject"] for certificate in make_client_context().get_ca_certs()]
    [((('commonName', 'Amberpost demo authority: trust it nowhere else'),),)]
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_verify_locations(AUTHORITY)
    return context
