"""The hub's own certificate authority: who may be whose server, and who may speak to servers at all.

It certifies one server a spawn, the proxy, and the hub. Nobody else trusts it, and it trusts nobody else.
"""

import base64
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from traitlets import Unicode
from traitlets.config import SingletonConfigurable

from .certificates import CLIENT, SERVER, authority_certificate, signed_certificate
from .errors import ClusterError

_SERVER_LIFETIME = timedelta(days=400)  # longer than any job; nobody asks for the name any more when it has ended
_LIFETIME = timedelta(days=3650)  # of the hub's and the proxy's own
_RENEWAL = timedelta(days=365)  # before their end they are made anew, when the hub starts
_PEM = serialization.Encoding.PEM


class Authority(SingletonConfigurable):
    """Made when the hub first starts, kept with its database: servers outlive the hub that certified them."""

    directory = Unicode("authority", help="Directory of the authority's key and certificate, and of the hub's.").tag(
        config=True
    )
    proxy_file = Unicode("proxy-identity.pem", help="Where the proxy finds its key and certificate.").tag(config=True)

    _key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def open(self) -> None:
        """Read the authority, or make it where there is none.

        Raises:
            ClusterError: what is there cannot be read
        """
        directory = Path(self.directory)
        directory.mkdir(mode=0o700, exist_ok=True)
        file = directory / "authority.pem"
        if not file.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            _write(file, key, authority_certificate(key))
        self._key, self.certificate = _read(file)

    @property
    def public(self) -> str:
        """The authority's certificate as base64 of its DER, in one line: what a job verifies the hub by."""
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()

    def certify_server(self, key: ec.EllipticCurvePublicKey, host: str) -> str:
        """The certificate, in PEM, of the server that is reached by this name, and of no other."""
        certificate = signed_certificate(self.certificate, self._key, key, [host], SERVER, _SERVER_LIFETIME)
        return certificate.public_bytes(_PEM).decode()

    def identify_proxy(self) -> None:
        """Write the proxy's key and certificate, with the authority's, where the proxy looks for them."""
        file = Path(self.proxy_file)
        self._identify(file, ["proxy"], CLIENT)
        file.chmod(0o640)  # its directory says who may look for it: where the proxy has an account, its group

    def client_context(self) -> ssl.SSLContext:
        """How the hub speaks to servers: as itself, and to none that this authority does not know."""
        file = Path(self.directory) / "hub-client.pem"
        self._identify(file, ["hub"], CLIENT)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # it verifies, names included
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(cadata=self.certificate.public_bytes(_PEM).decode())
        context.load_cert_chain(file)
        return context

    def server_context(self, names: list[str]) -> ssl.SSLContext:
        """How the hub answers its servers, under the names they reach it by."""
        file = Path(self.directory) / "hub-server.pem"
        self._identify(file, names, SERVER)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(file)
        return context

    def _identify(self, file: Path, names: list[str], use: x509.ObjectIdentifier) -> None:
        """Make a key and its certificate, unless those that are there will do: a full disk is no reason to stop."""
        try:
            if _names(self._still_good(file)) == names:
                return
        except (OSError, ValueError, ClusterError, InvalidSignature):
            pass  # there is none yet, or it was another authority's
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = signed_certificate(self.certificate, self._key, key.public_key(), names, use, _LIFETIME)
        _write(file, key, certificate, self.certificate)

    def _still_good(self, file: Path) -> x509.Certificate:
        _, certificate = _read(file)
        certificate.verify_directly_issued_by(self.certificate)
        if certificate.not_valid_after_utc < datetime.now(UTC) + _RENEWAL:
            raise ValueError("it ends soon")
        return certificate


def _names(certificate: x509.Certificate) -> list[str]:
    return [
        str(name.value) for name in certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ]


def _read(file: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    try:
        data = file.read_bytes()
        key, certificate = serialization.load_pem_private_key(data, None), x509.load_pem_x509_certificate(data)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise ValueError("key and certificate do not belong together")
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            f"{file}, which certifies users' servers, cannot be used: {error}.",
            "restore it from a backup; or remove it, and servers that run now must be started again by their users.",
        ) from None
    return key, certificate


def _write(file: Path, key: ec.EllipticCurvePrivateKey, *certificates: x509.Certificate) -> None:
    """All in one file, which is there whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        for certificate in certificates:
            opened.write(certificate.public_bytes(_PEM))
        opened.flush()
        os.fsync(opened.fileno())
    new.rename(file)
