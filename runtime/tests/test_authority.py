"""What the hub's authority signs, and what it does not; who gets through to whom with it is in test_leg.py."""

import base64
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from certificate_requests import new_key, request
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from traitlets.config import Config

from jupyterhub_hpc.authority import Authority
from jupyterhub_hpc.certificate_request import RequestRefused, requested_key
from jupyterhub_hpc.errors import ClusterError
from jupyterhub_hpc.server_host import node_of, server_host

# openssl req -new -newkey rsa:512 -nodes -subj / : today's libraries make none so weak, a job may send one
RSA_512 = """-----BEGIN CERTIFICATE REQUEST-----
MIG5MGUCAQAwADBcMA0GCSqGSIb3DQEBAQUAA0sAMEgCQQCfDdv5fXVVTrHmrDxC
8ma0cXzazs06ukhrCeDQ+y055l8pYYO2s705sfuxgD0kIQmX0oU39h9By+lyb1zB
spy/AgMBAAGgADANBgkqhkiG9w0BAQsFAANBAIdWjyd0xufVBm9PZd/4sRxwFC/G
19Q6KvOE3JNBGDruVKA1iTyJf3fwVo6vRlRjUyYuITNepSE8urlMa/x3Z+A=
-----END CERTIFICATE REQUEST-----
"""


def forged() -> str:
    """A request for a key that its sender does not have: another's signature below it."""
    mine, theirs = request().splitlines(), request().splitlines()
    return "\n".join([*mine[:2], *theirs[2:]]) + "\n"


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        (request(common_name="bob"), "ask for nothing"),
        (request(alternative_name="node1.0123456789abcdef.jupyterhub.internal"), "ask for nothing"),
        (request(rsa.generate_private_key(65537, 2048)), "P-256"),
        (request(ed25519.Ed25519PrivateKey.generate()), "P-256"),
        (request(ec.generate_private_key(ec.SECP384R1())), "P-256"),
        (RSA_512, "P-256|cannot be read"),
        (forged(), "not signed|cannot be read"),
        ("", "cannot be read"),
        ("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "cannot be read"),
        ("ü", "cannot be read"),
        (request() * 9, "too long"),
    ],
)
def test_a_request_the_launcher_does_not_make(pem: str, words: str) -> None:
    with pytest.raises(RequestRefused, match=words):
        requested_key(pem)


def test_the_launchers_request() -> None:
    key = new_key()
    assert requested_key(request(key)) == key.public_key()


def authority(directory: Path) -> Authority:
    config = Config()
    config.Authority.directory = str(directory / "authority")
    config.Authority.proxy_file = str(directory / "identity.pem")
    made = Authority(config=config)
    made.open()
    return made


def test_it_outlives_the_hub_and_is_its_accounts_alone(tmp_path: Path) -> None:
    first = authority(tmp_path)
    first.identify_proxy()
    first.client_context()
    first.server_context(["127.0.0.1"])
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.pem")}
    assert len(before) == 4
    # The proxy may have an account of its own; whether it gets there, the directory says.
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in before} == {
        **{name: "0o600" for name in ("authority.pem", "hub-client.pem", "hub-server.pem")},
        "identity.pem": "0o640",
    }
    assert (tmp_path / "authority").stat().st_mode & 0o777 == 0o700
    second = authority(tmp_path)
    second.identify_proxy()
    second.client_context()
    second.server_context(["127.0.0.1"])
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.pem")} == before


def test_names_that_changed_are_certified_anew(tmp_path: Path) -> None:
    made = authority(tmp_path)
    made.server_context(["10.0.0.1"])
    before = (tmp_path / "authority/hub-server.pem").read_text()
    made.server_context(["10.0.0.2", "hub.example.org"])
    certificate = x509.load_pem_x509_certificate((tmp_path / "authority/hub-server.pem").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["10.0.0.2", "hub.example.org"]
    assert (tmp_path / "authority/hub-server.pem").read_text() != before


def test_of_another_authority_nothing_is_kept(tmp_path: Path) -> None:
    authority(tmp_path).identify_proxy()
    before = (tmp_path / "identity.pem").read_text()
    (tmp_path / "authority/authority.pem").unlink()
    authority(tmp_path).identify_proxy()
    assert (tmp_path / "identity.pem").read_text() != before


@pytest.mark.parametrize("content", ["", "garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_one_is_named_and_not_replaced(tmp_path: Path, content: str) -> None:
    authority(tmp_path)
    file = tmp_path / "authority/authority.pem"
    file.write_text(content)
    with pytest.raises(ClusterError, match=r"authority\.pem.*Next: restore it from a backup"):
        authority(tmp_path)
    assert file.read_text() == content


def test_a_certificate_is_a_servers_only_and_lasts_as_long_as_a_job_may(tmp_path: Path) -> None:
    made = authority(tmp_path)
    pem = made.certify_server(requested_key(request()), server_host("node1", "0123456789abcdef"))
    certificate = x509.load_pem_x509_certificate(pem.encode())
    certificate.verify_directly_issued_by(made.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [name.value for name in names] == ["node1.0123456789abcdef.jupyterhub.internal"]
    uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [use.dotted_string for use in uses] == ["1.3.6.1.5.5.7.3.1"]  # serverAuth, and no clientAuth
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=366)
    assert certificate.not_valid_before_utc < datetime.now(UTC) - timedelta(hours=1)


def test_jobs_get_the_certificate_and_no_key(tmp_path: Path) -> None:
    made = authority(tmp_path)
    assert "\n" not in made.public
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=base64.b64decode(made.public))
    assert len(context.get_ca_certs()) == 1


@pytest.mark.parametrize("node", ["node1", "Node1.example.org", "10.77.0.21", "a" * 63])
def test_a_server_has_a_name_of_its_own(node: str) -> None:
    host = server_host(node, "0123456789abcdef")
    assert host.endswith(".0123456789abcdef.jupyterhub.internal")
    assert node_of(host) == node.lower()


@pytest.mark.parametrize("node", ["", "-x", "node1;id", "a b", "node1.", "fd77::1", "a" * 64, "node_1", "nöde", "*"])
def test_no_node(node: str) -> None:
    with pytest.raises(ClusterError, match="no host name"):
        server_host(node, "0123456789abcdef")


@pytest.mark.parametrize(
    "host", ["node1", "hub.example.org", "x.jupyterhub.internal", "0123456789abcdef.jupyterhub.internal"]
)
def test_other_hosts_stay_as_they_are(host: str) -> None:
    assert node_of(host) == host
