"""The files of deploy/: each is what Dagster, and Kubernetes, take; what cannot be used says so."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from pipelines.assets.deployment import DeploymentError, landing_executor, load_deployment

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"


def needs(*modules: str) -> pytest.MarkDecorator:
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def documents(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text("utf-8")))


def manifests() -> list[dict[str, Any]]:
    named = documents(KUBERNETES / "kustomization.yaml")[0]["resources"]
    return [document for name in named for document in documents(KUBERNETES / name)]


def container_of(name: str) -> dict[str, Any]:
    [found] = [d for d in manifests() if d["kind"] == "Deployment" and d["metadata"]["name"] == f"juesuan-{name}"]
    return dict(found["spec"]["template"]["spec"]["containers"][0])


def test_without_a_file_it_is_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUESUAN_DEPLOYMENT", raising=False)
    assert not load_deployment().spreads
    assert landing_executor(load_deployment()).name == "in_process"


@needs("dagster_celery", "dagster_k8s")
@pytest.mark.parametrize(("folder", "executor"), [("celery", "celery"), ("kubernetes", "k8s")])
def test_the_executor_takes_its_configuration(folder: str, executor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUESUAN_BROKER", "redis://broker:6379/0")
    deployment = load_deployment(DEPLOY / folder / "deployment.yaml")
    assert deployment.executor == executor and deployment.parts.reports_per_part > 0

    @dg.job(executor_def=_bare(executor))
    def any_job() -> None:
        return None

    config = {"execution": deployment.execution}
    assert dg.validate_run_config(any_job, config)
    wrong = {"execution": {"config": deployment.execution["config"] | {"no such setting": 1}}}
    with pytest.raises(dg.DagsterInvalidConfigError):
        dg.validate_run_config(any_job, wrong)
    assert landing_executor(deployment).name == executor


def _bare(executor: str) -> dg.ExecutorDefinition:
    if executor == "k8s":
        from dagster_k8s import k8s_job_executor

        return k8s_job_executor
    from dagster_celery import celery_executor

    return celery_executor


@needs("dagster_celery")
def test_a_part_of_a_lost_worker_is_given_out_again() -> None:
    """The three settings that this rests on; test_celery.py shows that they do it."""
    said = load_deployment(DEPLOY / "celery" / "deployment.yaml").execution["config"]["config_source"]
    assert said["task_acks_late"] and said["task_reject_on_worker_lost"]
    assert said["broker_transport_options"]["visibility_timeout"] == 900


@pytest.mark.parametrize(
    ("said", "why"),
    [("executor: dask", "executor"), ("parts: {reports_per_prat: 3}", "reports_per_prat"), ("- a", "deployment.yaml")],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, said: str, why: str) -> None:
    (tmp_path / "deployment.yaml").write_text(said)
    with pytest.raises(DeploymentError, match=why):
        load_deployment(tmp_path / "deployment.yaml")
    with pytest.raises(DeploymentError, match=r"none\.yaml cannot be read"):
        load_deployment(tmp_path / "none.yaml")


def test_one_run_writes_the_warehouse_at_a_time() -> None:
    """The same in all three instances: the pool of its assets (test_dagster.py) holds one run."""
    files = [DEPLOY / "celery" / "dagster.yaml", KUBERNETES / "dagster.yaml"]
    for file in [*files, DEPLOY.parent / "pipelines" / "assets" / "dagster.yaml"]:
        assert documents(file)[0]["concurrency"]["pools"] == {"granularity": "run", "default_limit": 1}, file


@needs("dagster_k8s", "dagster_postgres")
@pytest.mark.parametrize("folder", ["celery", "kubernetes"])
def test_dagster_takes_the_instance(folder: str) -> None:
    """The schemas of dagster.yaml, of the run launcher and of the storage that it names."""
    from dagster._config import process_config
    from dagster._core.instance.config import dagster_instance_config
    from dagster_postgres import DagsterPostgresStorage

    said, _ = dagster_instance_config(str(DEPLOY / folder))
    parts = [(DagsterPostgresStorage, {"postgres_url": "postgresql://database/dagster"})]
    if folder == "kubernetes":
        from dagster_k8s import K8sRunLauncher

        parts.append((K8sRunLauncher, said["run_launcher"]["config"]))
    for of, config in parts:
        done = process_config(of.config_type(), config)
        assert done.success, done.errors
        assert not process_config(of.config_type(), {**config, "no such setting": 1}).success


@needs("kubernetes_validate")
def test_kubernetes_takes_the_manifests() -> None:
    import kubernetes_validate

    kinds = []
    for document in manifests():
        kubernetes_validate.validate(document, "1.34", strict=True)
        kinds.append(document["kind"])
    assert kinds.count("Deployment") == 3 and {"Role", "PersistentVolumeClaim"} <= set(kinds)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifests()[0] | {"metdata": {}}, "1.34", strict=True)


def test_what_the_files_name_is_there() -> None:
    """Names that Kubernetes would miss only when a pod begins."""
    claims = {d["metadata"]["name"] for d in manifests() if d["kind"] == "PersistentVolumeClaim"}
    accounts = {d["metadata"]["name"] for d in manifests() if d["kind"] == "ServiceAccount"}
    maps = {m["name"]: m["files"] for m in documents(KUBERNETES / "kustomization.yaml")[0]["configMapGenerator"]}
    launcher = documents(KUBERNETES / "dagster.yaml")[0]["run_launcher"]["config"]
    pods = [d["spec"]["template"]["spec"] for d in manifests() if d["kind"] == "Deployment"]
    for volume in [v for pod in pods for v in pod["volumes"]] + launcher["volumes"]:
        assert volume.get("configMap", {}).get("name") in maps or volume["persistentVolumeClaim"]["claimName"] in claims
    assert {pod["serviceAccountName"] for pod in pods} | {launcher["service_account_name"]} == accounts
    for names in maps.values():
        assert all((KUBERNETES / name).is_file() for name in names)
    mounts = [mount["mountPath"] for mount in launcher["volume_mounts"]]
    folders = load_deployment(KUBERNETES / "deployment.yaml").folders
    assert all(path.startswith("/srv/juesuan/") for path in (folders.raw, folders.landed, folders.warehouse))
    assert "/srv/juesuan" in mounts and launcher["env_vars"] == ["JUESUAN_DEPLOYMENT=/etc/juesuan/deployment.yaml"]
    code = container_of("code")
    images = {container_of(name)["image"] for name in ("code", "daemon", "webserver")}
    assert images == {env["value"] for env in code["env"] if env["name"] == "DAGSTER_CURRENT_IMAGE"}
    where = documents(KUBERNETES / "workspace.yaml")[0]["load_from"][0]["grpc_server"]
    services = {d["metadata"]["name"]: d["spec"]["ports"][0]["port"] for d in manifests() if d["kind"] == "Service"}
    assert services[where["host"]] == where["port"] and str(where["port"]) in code["command"]


@pytest.mark.skipif(not shutil.which("kubectl"), reason="no kubectl: the manifests are read one by one")
def test_kustomize_puts_them_together() -> None:
    made = subprocess.run(["kubectl", "kustomize", str(KUBERNETES)], capture_output=True, text=True, check=True).stdout
    together = list(yaml.safe_load_all(made))
    assert len(together) == len(manifests()) + 1
    assert {d["metadata"]["namespace"] for d in together} == {"juesuan"}
