"""A stand-in for a Kubernetes API server: it takes jobs, judges them by Kubernetes' schemas, and runs them here.

It stands for a cluster only as far as dagster-k8s asks of one: jobs are made, watched and deleted. A job's container is
started as a process of this machine with its arguments and environment; images, volumes, limits and accounts are not
acted upon. `lose` names a step whose first pod is killed soon after it has begun.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

VERSION = "1.34"


@dataclass
class StandIn:
    """What is asked of it, in `jobs`; what the schemas found wrong, in `wrong`."""

    secrets: dict[str, dict[str, str]]
    base_env: dict[str, str]
    cwd: Path
    logs: Path
    lose: str = ""
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def create(self, namespace: str, job: dict[str, Any]) -> dict[str, Any]:
        try:
            kubernetes_validate.validate(job, VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            self.wrong.append(str(error))
        name = job["metadata"]["name"]
        job["metadata"] |= {"namespace": namespace, "uid": name}
        self.jobs[name] = job
        self._start(name, job["spec"]["template"]["spec"]["containers"][0])
        return self.told(name)

    def _start(self, name: str, container: dict[str, Any]) -> None:
        env = self.base_env | {"JUESUAN_CACHE": str(self.logs / f"{name}.cache")}  # a machine of its own
        for source in container.get("envFrom", []):
            env |= self.secrets[source["secretRef"]["name"]]
        env |= {item["name"]: item["value"] for item in container.get("env", []) if "value" in item}
        with (self.logs / f"{name}.log").open("wb") as said:
            process = subprocess.Popen(
                container["args"], cwd=self.cwd, env=env, stdout=said, stderr=said, start_new_session=True
            )
        self.processes[name] = process
        if self.lose and self.lose in self.step_of(name) and not self.lost:
            self.lost.append(name)
            threading.Timer(4, lambda: os.killpg(process.pid, signal.SIGKILL)).start()

    def step_of(self, name: str) -> str:
        """The step that the job was made for, as its label says; empty for a run."""
        return str(self.jobs[name]["spec"]["template"]["metadata"]["labels"].get("dagster/op", ""))

    def told(self, name: str) -> dict[str, Any]:
        """The job with its status."""
        code = self.processes[name].poll()
        status: dict[str, Any] = {"startTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        status |= {"active": 1} if code is None else {"succeeded": 1} if code == 0 else {"failed": 1}
        return self.jobs[name] | {"status": status}

    def end(self) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _handler(cluster: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            parts = self.path.partition("?")[0].strip("/").split("/")
            job = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if parts[:3] != ["apis", "batch", "v1"] or parts[-1] != "jobs":
                return self._answer(404, {"message": self.path})
            self._answer(201, cluster.create(parts[4], job))

        def do_GET(self) -> None:
            parts = self.path.partition("?")[0].strip("/").split("/")
            if parts[-1] == "pods":
                return self._answer(200, {"kind": "PodList", "apiVersion": "v1", "items": []})
            name = parts[6] if len(parts) > 6 and parts[5] == "jobs" else ""
            if name not in cluster.jobs:
                return self._answer(404, {"message": self.path})
            self._answer(200, cluster.told(name))

        def do_DELETE(self) -> None:
            self._answer(200, {"kind": "Status", "status": "Success"})

        def log_message(self, format: str, *args: object) -> None:
            return None

    return Handler


@contextlib.contextmanager
def serve(cluster: StandIn, kubeconfig: Path) -> Iterator[None]:
    """Answer on a port of 127.0.0.1 that `kubeconfig` is written to name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(cluster))
    said = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "clusters": [{"name": "here", "cluster": {"server": f"http://127.0.0.1:{server.server_address[1]}"}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
        "users": [{"name": "me", "user": {}}],
    }
    kubeconfig.write_text(yaml.safe_dump(said), "utf-8")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        cluster.end()
        server.shutdown()
        server.server_close()
