"""What a person is told when a store cannot be used: one line that says which, why and what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.processes import child_environment
from pipelines.sources.verify import verify
from pipelines.storage import RemoteFolder, StorageError

ROOT = Path(__file__).resolve().parents[2]


def juesuan(*arguments: str, **environment: str) -> str:
    """The one line that the command ends with, without its name."""
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    done = subprocess.run(command, env=child_environment(**environment), capture_output=True, text=True, timeout=60)
    *before, said = done.stderr.strip().splitlines()
    assert done.returncode == 2 and len(before) <= 1 and said.startswith("juesuan: "), done.stderr
    return said.removeprefix("juesuan: ")


def test_a_bucket_that_is_not_there(s3: RemoteFolder, tmp_path: Path) -> None:
    said = juesuan("build", "--raw", "s3://no-such-bucket/raw", "--warehouse", str(tmp_path / "w.duckdb"))
    assert said == "s3://no-such-bucket/raw: there is no such bucket; make it, or correct the address"
    with pytest.raises(StorageError, match="no such bucket"):
        RemoteFolder("s3://no-such-bucket/out").write("a.txt", b"")


def test_without_the_extra(tmp_path: Path) -> None:
    (tmp_path / "s3fs.py").write_text("raise ImportError('No module named s3fs')\n")
    said = juesuan("verify", "--raw", "s3://bucket/raw", PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}")
    assert said == "s3://bucket/raw cannot be used here; install the extra [s3]: pip install '.[s3]'"


@pytest.fixture
def afresh(s3: RemoteFolder) -> Iterator[RemoteFolder]:
    """fsspec remembers who it connected as; this test says it anew."""
    type(s3.filesystem).clear_instance_cache()
    yield RemoteFolder(s3.url)
    type(s3.filesystem).clear_instance_cache()


class Refusing(BaseHTTPRequestHandler):
    """Answers as S3 does to one who may not."""

    def do_GET(self) -> None:
        body = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return None


def test_refused_access(afresh: RemoteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(StorageError, match=r"some where: access was refused .*check AWS_ACCESS_KEY_ID"):
            verify(afresh)
        server.shutdown()


def test_nobody_has_said_who_asks(afresh: RemoteFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(StorageError, match="set AWS_ACCESS_KEY_ID"):
        verify(afresh)


def test_nobody_is_at_the_address(afresh: RemoteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", nowhere)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StorageError, match=f"cannot be used.*{nowhere}"):
        verify(afresh)
