"""Certificates made for one test run, and sockets over TLS: nothing here can expire."""

import datetime
import ipaddress
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .client import Client

DAY = datetime.timedelta(days=1)


class Pair:
    """A certificate and its key, in memory and as files."""

    def __init__(self, certificate, key, folder: Path, name: str):
        self.certificate, self.key = certificate, key
        self.cert_file = folder / f"{name}.pem"
        self.key_file = folder / f"{name}.key"
        self.write(self.cert_file, self.key_file)

    def write(self, cert_file: Path, key_file: Path):
        """Writes both where a configuration names them, each in one step."""
        for path, data in ((key_file, self.key_pem), (cert_file, self.cert_pem)):
            fresh = path.with_suffix(path.suffix + ".new")
            fresh.write_bytes(data)
            fresh.replace(path)

    @property
    def cert_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption())

    @property
    def config(self) -> dict:
        """What `tls` says of it."""
        return {"cert": str(self.cert_file), "key": str(self.key_file)}


class Authority:
    """Vouches for certificates."""

    def __init__(self, name="authority"):
        self.folder = Path(tempfile.mkdtemp(prefix="outrider-tls-"))
        self.name, self.count = name, 0
        self.own = self.make(name, [], None, 2)

    def issue(self, *names: str, days: float = 2, subject: str | None = None) -> Pair:
        """A certificate for hosts, addresses or URIs."""
        return self.make(subject or names[0], names, self.own, days)

    def make(self, subject, names, issuer, days) -> Pair:
        self.count += 1
        key = ec.generate_private_key(ec.SECP256R1())
        own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder().subject_name(own_name)
            .issuer_name(issuer.certificate.subject if issuer else own_name)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - 10 * DAY).not_valid_after(now + days * DAY)
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), True))
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([general(name) for name in names]), False)
        certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
        return Pair(certificate, key, self.folder, f"{self.count}")

    @property
    def file(self) -> str:
        return str(self.own.cert_file)

    def client(self, pair: Pair | None = None, alpn=(), **limits) -> ssl.SSLContext:
        """Believes this authority alone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.file)
        if pair:
            context.load_cert_chain(pair.cert_file, pair.key_file)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        for name, value in limits.items():
            setattr(context, name, value)
        return context

    def server(self, pair: Pair, asks_client=False, alpn=(), **limits) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.cert_file, pair.key_file)
        if asks_client:
            context.load_verify_locations(self.file)
            context.verify_mode = ssl.CERT_REQUIRED
        if alpn:
            context.set_alpn_protocols(list(alpn))
        for name, value in limits.items():
            setattr(context, name, value)
        return context


def general(name: str) -> x509.GeneralName:
    if "://" in name:
        return x509.UniformResourceIdentifier(name)
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class SecureClient(Client):
    """One connection over TLS."""

    def __init__(self, address: str, context: ssl.SSLContext, name="model.test", session=None,
                 timeout: float = 10):
        super().__init__(address, timeout)
        # An end that was not said is a reset here, never an end.
        self.sock = context.wrap_socket(self.sock, server_hostname=name, session=session,
                                        suppress_ragged_eofs=False)
        self.reader.sock = self.sock
