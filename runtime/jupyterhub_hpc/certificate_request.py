"""What a job may ask a certificate with: a key it holds, and nothing else. The hub alone says what is certified."""

import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

MAX_REQUEST = 1000


class RequestRefused(ValueError):
    """A certificate request that is not as the launcher makes it. The message is fit to be shown."""


def requested_key(pem: str) -> ec.EllipticCurvePublicKey:
    """The public key of a PKCS #10 request in PEM, whose sender holds the private one.

    Raises:
        RequestRefused: it is no request, of another kind of key, not signed with it, or asks for names or rights
    """
    if len(pem) > MAX_REQUEST:
        raise RequestRefused("the certificate request is too long")
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        key = request.public_key()
        asks = bool(request.subject.rdns) or len(request.extensions) > 0 or len(list(request.attributes)) > 0
        signed = request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm, InvalidSignature, x509.UnsupportedGeneralNameType):
        raise RequestRefused("the certificate request cannot be read") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise RequestRefused("the certificate request's key must be one of the curve P-256")
    if not signed:
        raise RequestRefused("the certificate request is not signed with its own key")
    if asks:
        raise RequestRefused("the certificate request must ask for nothing: the hub knows the server's name")
    return key


def key_digest(key: ec.EllipticCurvePublicKey) -> str:
    """What is kept of a server's key, to know it again when its job asks once more."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
