"""A context that follows its files."""

import os
import ssl
from pathlib import Path

import pytest

from java_store import made
from weir_runtime.api.errors import ConfigError
from weir_runtime.config.tls import context as contexts
from weir_runtime.config.tls.listener import MAIN, ListenerKeys
from weir_runtime.config.tls.live import LiveContext, Source

FIRST, SECOND = made("first"), made("second")


def live(file: Path) -> LiveContext:
    keys = ListenerKeys.choose(
        {f"{MAIN}ssl.keystore.location": str(file), f"{MAIN}ssl.keystore.type": "PEM"}, MAIN
    )
    return LiveContext(Source(keys.files, lambda: contexts.server(keys.read())))


def shown(server: ssl.SSLContext) -> bytes | None:
    """Return the certificate that a client is shown, without any network."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours, theirs = server.wrap_bio(up, down, server_side=True), client.wrap_bio(down, up)
    for _ in range(4):
        for side in (theirs, ours):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return theirs.getpeercert(binary_form=True)


def test_a_connection_begins_with_what_the_files_hold_now(tmp_path: Path) -> None:
    file = tmp_path / "own.pem"
    file.write_text(FIRST.key_pem() + FIRST.pem)
    context = live(file)
    assert shown(context) == FIRST.der
    assert not context.renew()
    fresh = tmp_path / "fresh.pem"
    fresh.write_text(SECOND.key_pem() + SECOND.pem)
    fresh.rename(file)
    assert context.renew()
    assert shown(context) == SECOND.der
    assert not context.renew()


def test_a_link_that_is_turned_counts_as_a_change(tmp_path: Path) -> None:
    for name, pair in (("one", FIRST), ("two", SECOND)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.pem").write_text(pair.key_pem() + pair.pem)
    data, file = tmp_path / "..data", tmp_path / "own.pem"
    data.symlink_to("one")
    file.symlink_to("..data/own.pem")
    context = live(file)
    turned = tmp_path / "..data_tmp"
    turned.symlink_to("two")
    turned.rename(data)
    assert context.renew()
    assert shown(context) == SECOND.der


@pytest.mark.parametrize("broken", ["", "-----BEGIN PRIVATE KEY-----\nMIG", FIRST.pem])
def test_what_cannot_be_used_leaves_the_context_and_is_tried_again(
    tmp_path: Path, broken: str
) -> None:
    file = tmp_path / "own.pem"
    file.write_text(FIRST.key_pem() + FIRST.pem)
    context = live(file)
    file.write_text(broken)
    for _ in range(2):
        with pytest.raises(ConfigError):
            context.renew()
        assert shown(context) == FIRST.der
    file.unlink()
    with pytest.raises(ConfigError):
        context.renew()
    file.write_text(SECOND.key_pem() + SECOND.pem)
    assert context.renew()
    assert shown(context) == SECOND.der


def test_the_same_time_and_size_in_another_file_is_a_change(tmp_path: Path) -> None:
    file, other = tmp_path / "own.pem", tmp_path / "other.pem"
    for path in (file, other):
        path.write_text(FIRST.key_pem() + FIRST.pem)
        os.utime(path, (1, 1))
    context = live(file)
    other.rename(file)
    assert context.renew()
