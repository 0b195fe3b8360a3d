"""A local S3 server (moto's), to which the tests talk over HTTP as to any other."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.storage import RemoteFolder

KEYS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """The server's address; it runs as long as the tests do."""
    from moto.server import ThreadedMotoServer  # half a second that only these tests need

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RemoteFolder:
    """A folder in a new bucket, as this machine and the processes that it starts see it."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_address)
    monkeypatch.setenv("JUESUAN_CACHE", str(tmp_path / "cache"))
    bucket = f"test-{uuid.uuid4().hex[:12]}"
    folder = RemoteFolder(f"s3://{bucket}/some where")
    folder.filesystem.mkdir(bucket)
    return folder


def copy_up(source: Path, target: RemoteFolder) -> RemoteFolder:
    """Put every file of a folder into the store, hidden ones too; links are none."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink():
            target.write(path.relative_to(source).as_posix(), path)
    return target


def sub(folder: RemoteFolder, name: str) -> RemoteFolder:
    """A folder below."""
    return RemoteFolder(f"{folder.url}/{name}")


def another_machine(folder: RemoteFolder, monkeypatch: pytest.MonkeyPatch, cache: Path) -> RemoteFolder:
    """The same folder as seen from a machine that has no copies yet."""
    monkeypatch.setenv("JUESUAN_CACHE", str(cache))
    return RemoteFolder(folder.url)
