"""Whose certificates are trusted: the system's store, whatever the environment says."""

from __future__ import annotations

import re
import ssl
import sys
from pathlib import Path

BUNDLES = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)
"""Where the systems keep all of them in one file: BSD and Alpine, Fedora, older Fedora,
Debian, SUSE. A Python that was built elsewhere looks in other places."""

HASHED = re.compile(r"[0-9a-f]{8}\.\d")
"""A certificate by the hash of its subject (openssl-rehash)."""


def trusting() -> ssl.SSLContext:
    """A context for clients that trusts what the system trusts."""
    if sys.platform in ("darwin", "win32"):
        import truststore

        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _load(context)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _load(context: ssl.SSLContext) -> None:
    """Of the places that OpenSSL was built with, a folder of hashed certificates suffices: of
    it one is read, of a bundle all, which takes 16 ms."""
    paths = ssl.get_default_verify_paths()
    if _is_hashed(Path(paths.openssl_capath)):
        context.load_verify_locations(capath=paths.openssl_capath)
        return
    for bundle in (paths.openssl_cafile, *BUNDLES):
        if Path(bundle).is_file():
            context.load_verify_locations(cafile=bundle)
            return


def _is_hashed(folder: Path) -> bool:
    return folder.is_dir() and any(HASHED.fullmatch(one.name) for one in folder.iterdir())
