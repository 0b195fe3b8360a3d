"""The job `land` as deploy/kubernetes has it, the API server played by `kubernetes.py`: a run and its parts are jobs.

This shows what Kubernetes is asked for and that the processes which it would start do their work, also when one is
lost. Archive and landing are in an S3 server, and each process has a cache of its own, as on a machine of its own. It
shows nothing of images, volumes, accounts and limits.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.assets.build import Folders
from pipelines.assets.deployment import load_deployment
from pipelines.assets.partitions import places_of
from pipelines.assets.refresh import changed, request
from pipelines.build import as_landed, scan
from pipelines.landing.pool import land_all
from pipelines.storage import RemoteFolder, mirror_of
from tests.cluster import services
from tests.cluster.kubernetes import StandIn, serve
from tests.cluster.services import BIN, ROOT, postgres, wait_for
from tests.cluster.test_celery import landed, write_small_reports
from tests.s3_server import copy_up, sub

pytest.importorskip("dagster_k8s")
pytest.importorskip("kubernetes_validate")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.cluster,
    pytest.mark.skipif(services.missing() is not None, reason=services.missing() or ""),
]
DEPLOY = ROOT / "deploy" / "kubernetes"
IMAGE = "juesuan:0.1.0"


def write_here(tmp_path: Path, store: RemoteFolder) -> Folders:
    """The shipped files, with this test's folders for those of the pods and the API server that is played."""
    home = tmp_path / "home"
    home.mkdir()
    instance = yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8"))
    launcher = instance["run_launcher"]["config"]
    launcher |= {"load_incluster_config": False, "kubeconfig_file": str(tmp_path / "kubeconfig")}
    launcher |= {"dagster_home": str(home), "env_vars": [f"JUESUAN_DEPLOYMENT={tmp_path / 'deployment.yaml'}"]}
    # no daemon here: a run is launched when it is asked for
    instance["run_coordinator"] = {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"}
    (home / "dagster.yaml").write_text(yaml.safe_dump(instance), "utf-8")
    said = yaml.safe_load((DEPLOY / "deployment.yaml").read_text("utf-8"))
    said["folders"] = {"raw": sub(store, "raw").url, "landed": sub(store, "landing").url}
    said["folders"]["warehouse"] = str(tmp_path / "w" / "juesuan.duckdb")
    said["parts"] = {"reports_per_part": 2, "processes": 1}
    (tmp_path / "deployment.yaml").write_text(yaml.safe_dump(said), "utf-8")
    return Folders(**load_deployment(tmp_path / "deployment.yaml").folders.model_dump())


def test_parts_are_read_by_pods_and_one_is_lost(
    tmp_path: Path, s3: RemoteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = write_here(tmp_path, s3)
    write_small_reports(tmp_path / "raw", 4)
    copy_up(tmp_path / "raw", sub(s3, "raw"))
    with postgres() as database:
        monkeypatch.setenv("JUESUAN_RUN_STORAGE", database)
        base = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL") if name in os.environ}
        base |= {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        keys = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        secrets = {"juesuan": keys | {"JUESUAN_RUN_STORAGE": database}}
        cluster = StandIn(secrets, base, cwd=ROOT, logs=tmp_path, lose="read_part")
        with serve(cluster, tmp_path / "kubeconfig"):
            home = tmp_path / "home"
            with dg.DagsterInstance.from_config(str(home)) as instance:
                instance.add_dynamic_partitions("place", places_of(folders.catalogue()))
                places = list(instance.get_dynamic_partitions("place"))
                asked = request(changed(folders.catalogue(), folders), places)
                launch(base | secrets["juesuan"], tmp_path, dict(asked.tags))
                [run] = instance.get_runs()
                wait_for("the run", lambda: instance.get_run_by_id(run.run_id).is_finished, 600)
                assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.SUCCESS
                retried = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_UP_FOR_RETRY)
                assert len(retried) == 1 and "read_part" in str(retried[0].step_key)
    assert cluster.wrong == [] and len(cluster.lost) == 1
    steps = [cluster.step_of(name) for name in cluster.jobs]
    # the run; archive, waiting, two parts, landed; the lost part again
    assert len(steps) == 7 and sum("read_part" in step for step in steps) == 3 and steps.count("") == 1
    for name, job in cluster.jobs.items():
        pod = job["spec"]["template"]["spec"]
        assert pod["containers"][0]["image"] == IMAGE and pod["serviceAccountName"] == "juesuan", name
        assert {"name": "data", "mountPath": "/srv/juesuan"} in pod["containers"][0]["volumeMounts"], name
        assert pod["securityContext"] == {"runAsNonRoot": True, "runAsUser": 10001, "fsGroup": 10001}, name
        memory = "6Gi" if cluster.step_of(name) else "8Gi"
        assert pod["containers"][0]["resources"]["limits"]["memory"] == memory, name
    catalogue = scan(tmp_path / "raw")
    land_all(catalogue.entries, tmp_path / "alone", workers=1)
    as_landed(catalogue, sub(s3, "landing"))  # fetches
    assert len(landed(tmp_path / "alone")) == 4 and landed(mirror_of(folders.landing)) == landed(tmp_path / "alone")


def launch(env: dict[str, str], tmp_path: Path, tags: dict[str, str]) -> None:
    """What the sensor does: ask for the run. The code location says which image it is, as code.yaml does."""
    env = env | {"DAGSTER_HOME": str(tmp_path / "home"), "JUESUAN_DEPLOYMENT": str(tmp_path / "deployment.yaml")}
    command = [str(BIN / "dagster"), "job", "launch", "-m", "pipelines.definitions", "-j", "land"]
    done = subprocess.run(
        [*command, "--tags", json.dumps(tags)],
        cwd=ROOT,
        env=env | {"DAGSTER_CURRENT_IMAGE": IMAGE},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
