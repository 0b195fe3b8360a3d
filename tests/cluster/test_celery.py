"""Landing on Celery workers, with Redis as broker and PostgreSQL as run storage; a worker is killed half-way.

What landed, and what is built from it, is the same as in one process.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.assets.build import Folders
from pipelines.assets.partitions import places_of
from pipelines.assets.refresh import changed, request
from pipelines.build import build, scan
from pipelines.landing.pool import land_all
from pipelines.landing.store import MANIFEST
from pipelines.paths import RAW
from pipelines.warehouse.checksums import read_checksums
from tests.cluster import services
from tests.cluster.services import BIN, ROOT, celery_worker, daemon, is_ready, kill, postgres, process, redis, wait_for
from tests.small_reports import small_report

pytestmark = [pytest.mark.slow, pytest.mark.skipif(services.missing() is not None, reason=services.missing() or "")]
DEPLOY = ROOT / "deploy" / "celery"
READ_PART = "landed_reports.read_part"
# In a folder of PYTHONPATH: the readers of that worker hang, so it surely holds a part when it is killed.
HANGING = "import sys, time\nif 'pipelines.landing.worker' in sys.orig_argv:\n    time.sleep(600)\n"


@dataclass(frozen=True)
class Cluster:
    """The shipped configuration with this test's folders and ports; a lost part is missed after 10 s, not 900."""

    deployment: Path
    folders: Folders
    env: dict[str, str]
    instance: dg.DagsterInstance

    def workers_of(self, run_id: str) -> dict[str, list[str]]:
        """Step of reading → names of the workers that began it, in order of time."""
        begun: dict[str, list[str]] = {}
        for entry in self.instance.all_logs(run_id):
            event = entry.dagster_event
            if event and event.is_engine_event and "in celery worker" in (event.message or ""):
                name = str(event.engine_event_data.metadata["Celery worker"].value).partition("@")[0]
                if (event.step_key or "").startswith(READ_PART):
                    begun.setdefault(str(event.step_key), []).append(name)
        return begun

    def at_work(self, run_id: str) -> set[str]:
        """The workers that are reading a part now."""
        begun = self.workers_of(run_id)
        return {names[-1] for step, names in begun.items() if step not in self.done(run_id)}

    def done(self, run_id: str) -> set[str]:
        logs = self.instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
        return {str(entry.step_key) for entry in logs if (entry.step_key or "").startswith(READ_PART)}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with redis(tmp_path) as broker, postgres() as database:
        home = tmp_path / "home"
        home.mkdir()
        shutil.copy(DEPLOY / "dagster.yaml", home)
        said = yaml.safe_load((DEPLOY / "deployment.yaml").read_text("utf-8"))
        said["folders"] = {"raw": str(tmp_path / "raw"), "landed": str(tmp_path / "landing")}
        said["folders"]["warehouse"] = str(tmp_path / "w" / "juesuan.duckdb")
        said["parts"] = {"reports_per_part": 1, "processes": 1}
        said["execution"]["config"]["config_source"]["broker_transport_options"]["visibility_timeout"] = 10
        deployment = tmp_path / "deployment.yaml"
        deployment.write_text(yaml.safe_dump(said), "utf-8")
        set_here = {
            "DAGSTER_HOME": str(home),
            "JUESUAN_DEPLOYMENT": str(deployment),
            "JUESUAN_BROKER": broker,
            "JUESUAN_RUN_STORAGE": database,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }
        for name, value in set_here.items():
            monkeypatch.setenv(name, value)
        with dg.DagsterInstance.from_config(str(home)) as instance:
            yield Cluster(deployment, Folders(**said["folders"]), dict(os.environ), instance)


def write_small_reports(raw: Path, count: int) -> None:
    for number in range(count):
        folder = raw / "430200-株洲市" / str(2018 + number)
        folder.mkdir(parents=True)
        (folder / "report.txt").write_text(small_report(year=2018 + number), encoding="utf-8")


def landed(landing: Path) -> dict[str, str]:
    """Landed folder → its manifest, which has the checksums of all its tables."""
    return {path.parent.name: path.read_text("utf-8") for path in landing.glob(f"??/*/{MANIFEST}")}


def test_a_killed_workers_part_is_read_by_another(cluster: Cluster, tmp_path: Path) -> None:
    write_small_reports(Path(cluster.folders.raw), 3)
    (tmp_path / "hanging").mkdir()
    (tmp_path / "hanging" / "sitecustomize.py").write_text(HANGING)
    hanging = cluster.env | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path / 'hanging'}"}
    catalogue = cluster.folders.catalogue()
    cluster.instance.add_dynamic_partitions("place", places_of(catalogue))
    asked = request(changed(catalogue, cluster.folders), list(cluster.instance.get_dynamic_partitions("place")))
    with contextlib.ExitStack() as running:
        doomed = running.enter_context(celery_worker("doomed", cluster.deployment, hanging))
        running.enter_context(celery_worker("other", cluster.deployment, cluster.env))
        wait_for("workers", lambda: all(is_ready(name, cluster.deployment) for name in ("doomed", "other")))
        launch = [str(BIN / "dagster"), "job", "execute", "-m", "pipelines.definitions", "-j", "land"]
        tags = ["--tags", json.dumps(dict(asked.tags))]
        run = running.enter_context(process([*launch, *tags], tmp_path / "run.log", cwd=ROOT, env=cluster.env))
        run_id = wait_for("a run", lambda: next((r.run_id for r in cluster.instance.get_runs()), None))
        wait_for("a part", lambda: any("doomed" in names for names in cluster.workers_of(str(run_id)).values()))
        kill(doomed)
        assert run.wait(timeout=400) == 0, (tmp_path / "run.log").read_text("utf-8")[-3000:]
    begun = cluster.workers_of(str(run_id))
    assert len(begun) == 3 and [names for names in begun.values() if names[0] == "doomed" and names[-1] == "other"]
    partition = cluster.instance.get_latest_materialization_event(dg.AssetKey("landed_reports"))
    assert partition and partition.asset_materialization
    assert partition.asset_materialization.metadata["read in this run"].value == 3
    alone = tmp_path / "alone"
    land_all(scan(Path(cluster.folders.raw)).entries, alone, workers=1)
    assert len(landed(alone)) == 3 and landed(cluster.folders.landing) == landed(alone)
    assert not (cluster.folders.landing / ".parts").exists(), "what the steps handed on is gone"


@pytest.mark.cluster
def test_files_in_the_raw_folder_become_the_same_warehouse(cluster: Cluster, tmp_path: Path) -> None:
    """As deploy/README.md has it: daemon, sensor, three workers. One is killed when some parts are read, some not."""
    raw, warehouse = Path(cluster.folders.raw), cluster.folders.warehouse_file
    shutil.copytree(RAW, raw)
    write_small_reports(raw, 4)
    names = ["one", "two", "three"]
    with contextlib.ExitStack() as running:
        workers = {n: running.enter_context(celery_worker(n, cluster.deployment, cluster.env)) for n in names}
        wait_for("workers", lambda: all(is_ready(name, cluster.deployment) for name in names))
        running.enter_context(daemon(tmp_path, DEPLOY / "workspace.yaml", cluster.env))
        dagster(cluster, "sensor", "start", "raw_folder")
        run = wait_for("the sensor's run", lambda: first(cluster, "land"), 300)
        run_id = run.run_id
        wait_for("half of the parts", lambda: cluster.done(run_id) and cluster.at_work(run_id), 300)
        killed = sorted(cluster.at_work(run_id))[0]
        kill(workers[killed])
        wait_for("landing", lambda: ended(cluster, "land"), 600)
        assert first(cluster, "land").status == dg.DagsterRunStatus.SUCCESS
        begun = cluster.workers_of(run_id)
        assert len(begun) == 8 and set(names) == {name for each in begun.values() for name in each}
        assert [each for each in begun.values() if killed in each and each[-1] != killed], "its part went to another"
        wait_for("the build", lambda: ended(cluster, "build"), 600)
        assert first(cluster, "build").tags["juesuan/landed-by"] == run_id
        build(raw, alone := tmp_path / "alone" / warehouse.name)
        assert len(read_checksums(alone)) > 40 and read_checksums(warehouse) == read_checksums(alone)
        one_writer_at_a_time(cluster)
    assert read_checksums(warehouse) == read_checksums(alone)


def one_writer_at_a_time(cluster: Cluster) -> None:
    """Two more builds are asked for at once: the second begins when the first has ended."""
    for _ in range(2):
        dagster(cluster, "job", "launch", "-j", "build")
    wait_for("three builds", lambda: len(ended(cluster, "build")) == 3, 900)
    times = [(r.start_time, r.end_time) for r in ended(cluster, "build")]
    assert all(r.dagster_run.status == dg.DagsterRunStatus.SUCCESS for r in ended(cluster, "build"))
    assert all(end <= start for (_, end), (start, _) in pairwise(sorted(times)))


def dagster(cluster: Cluster, *command: str) -> None:
    what = [str(BIN / "dagster"), *command[:2], "-w", str(DEPLOY / "workspace.yaml"), *command[2:]]
    done = subprocess.run(what, cwd=ROOT, env=cluster.env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def runs(cluster: Cluster, job: str) -> list[dg.RunRecord]:
    return list(cluster.instance.get_run_records(dg.RunsFilter(job_name=job), ascending=True))


def first(cluster: Cluster, job: str) -> dg.DagsterRun | None:
    return next((record.dagster_run for record in runs(cluster, job)), None)


def ended(cluster: Cluster, job: str) -> list[dg.RunRecord]:
    return [record for record in runs(cluster, job) if record.dagster_run.is_finished]
