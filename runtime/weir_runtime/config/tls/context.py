"""What `ssl` takes, made of stores that have been read."""

from __future__ import annotations

import contextlib
import os
import ssl
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.tls.listener import ClientAuth, ListenerTls
from weir_runtime.config.tls.material import Identity, Trust

_AUTH = {
    ClientAuth.NONE: ssl.CERT_NONE,
    ClientAuth.REQUESTED: ssl.CERT_OPTIONAL,
    ClientAuth.REQUIRED: ssl.CERT_REQUIRED,
}


def server(tls: ListenerTls) -> ssl.SSLContext:
    """Return the context of an https listener.

    Raises:
        ConfigError: certificate and key cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = min(tls.versions)
    context.maximum_version = max(tls.versions)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    if tls.ciphers is not None:
        context.set_ciphers(tls.ciphers)
    _identify(context, tls.identity)
    if tls.trust is not None:
        _trust(context, tls.trust)
    context.verify_mode = _AUTH[tls.client_auth]
    return context


def client(
    identity: Identity | None, trust: Trust | None, *, verify_hostname: bool
) -> ssl.SSLContext:
    """Return the context of a client; without `trust` the system's authorities count.

    Raises:
        ConfigError: certificates or key cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = verify_hostname
    if trust is None:
        context.load_default_certs()
    else:
        # this store alone, as Java does where one is given
        _trust(context, trust)
    if identity is not None:
        _identify(context, identity)
    return context


def _trust(context: ssl.SSLContext, trust: Trust) -> None:
    # Java trusts whatever a trust store holds, also without the authority above it
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=trust.certificates)
    except (ssl.SSLError, ValueError) as error:
        raise ConfigError(
            f"{trust.origin} holds a certificate that cannot be read: {_reason(error)}"
        ) from error


def _identify(context: ssl.SSLContext, identity: Identity) -> None:
    # a callable: without one an encrypted key would be asked for on the terminal
    password = "" if identity.password is None else identity.password.reveal()
    with _readable(identity.key.reveal() + identity.chain) as path:
        try:
            context.load_cert_chain(path, password=lambda: password)
        except (ssl.SSLError, ValueError) as error:
            why = _why(error, encrypted=bool(password))
            raise ConfigError(f"{identity.origin} {why}") from error


def _why(error: ssl.SSLError | ValueError, *, encrypted: bool) -> str:
    reason = getattr(error, "reason", None) or ""
    if reason == "KEY_VALUES_MISMATCH":
        return "holds a private key that does not belong to its first certificate"
    if encrypted or isinstance(error, ValueError):
        return "holds a private key that ssl.key.password does not open"
    if "TOO_SMALL" in reason or "TOO_WEAK" in reason:
        return f"holds a certificate or key that is too weak to be safe ({_reason(error)})"
    return f"holds a certificate or key that cannot be read ({_reason(error)})"


def _reason(error: ssl.SSLError | ValueError) -> str:
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else str(error)


@contextlib.contextmanager
def _readable(text: str) -> Iterator[str]:
    """Give a path to the text: OpenSSL reads own certificates from files only.

    Where the system can, the file is in memory: nothing touches a disk, and none is needed.
    """
    if sys.platform == "linux":
        with os.fdopen(os.memfd_create("weir-tls"), "w") as file:
            file.write(text)
            file.flush()
            yield f"/proc/self/fd/{file.fileno()}"
        return
    with tempfile.TemporaryDirectory(prefix="weir-") as folder:  # made with mode 0700
        path = Path(folder, "identity.pem")
        path.touch(0o600)
        path.write_text(text)
        yield str(path)
