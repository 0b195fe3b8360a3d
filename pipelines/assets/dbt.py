"""The dbt project as assets, one per model, with dbt's tests as asset checks."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from pipelines.assets.build import BuildingCopy, told
from pipelines.build import finish
from pipelines.warehouse.counts import count_rows
from pipelines.warehouse.transform import DBT_PROJECT, DbtRun

DBT = str(Path(sys.executable).with_name("dbt"))  # the one of this environment, on PATH or not
_SOURCES = (".sql", ".yml", ".yaml", ".csv")


def project(folder: Path = DBT_PROJECT) -> DbtProject:
    """The project with a manifest that is no older than its files; `dbt parse` makes it, with no network."""
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    found = DbtProject(project_dir=folder, profiles_dir=folder)
    if _changed_since(found.manifest_path, folder):
        found.manifest_path.parent.mkdir(exist_ok=True)
        # several Dagster processes load this module at once: each parses by itself, the finished file is moved in
        with tempfile.TemporaryDirectory(prefix="parse-", dir=found.manifest_path.parent) as beside:
            _parse(folder, Path(beside))
            (Path(beside) / "manifest.json").replace(found.manifest_path)
    return found


def _parse(folder: Path, target: Path) -> None:
    command = [DBT, "parse", "--quiet", "--project-dir", folder, "--profiles-dir", folder, "--target-path", target]
    done = subprocess.run(
        [str(part) for part in command] + ["--log-path", str(target)],
        env={"JUESUAN_WAREHOUSE": ":memory:"} | os.environ,  # parsing opens no database, but it reads the profile
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"dbt cannot parse {folder}: {(done.stdout + done.stderr).strip()[-2000:]}")


def _changed_since(manifest: Path, folder: Path) -> bool:
    if not manifest.is_file():
        return True
    made = manifest.stat().st_mtime
    target = manifest.parent
    files = (path for path in folder.rglob("*") if path.suffix in _SOURCES and target not in path.parents)
    return any(path.stat().st_mtime > made for path in files)


class Translator(DagsterDbtTranslator):
    """dbt's names as asset keys and groups: marts as themselves, other layers under their schema's name."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "seed":
            return "reference"
        folders = dbt_resource_props["fqn"][1:-1]
        return folders[0] if folders else "marts"


dbt_project = project()
dbt_resource = DbtCliResource(project_dir=dbt_project, dbt_executable=DBT)


@dbt_assets(
    manifest=dbt_project.manifest_path,
    project=dbt_project,
    dagster_dbt_translator=Translator(),
    exclude="resource_type:unit_test",
    pool="warehouse",
)
def models(context: dg.AssetExecutionContext, dbt: DbtCliResource, building: BuildingCopy) -> Iterator[Any]:
    """`dbt build` on the file that this run builds: seeds, models, tests; row counts as metadata.

    Where the published file is the beginning, dbt works on the parts that are made anew; the other models are there as
    they were, and are told as such. The counts are ours: dagster-dbt's leave a connection open in this process, and
    then nobody can write the file.
    """
    runner = _Events(context, dbt)
    try:
        with told():
            finish(building.making, runner, context.log.info)
    except Exception:
        yield from runner.events.values()  # what was built and which tests failed is told before the failure
        raise
    for report in building.making.set_aside:
        context.log.warning(f"{report.report_id} set aside: {'; '.join(report.reasons)}")
    rows = count_rows(building.path)
    events = list(runner.events.values())
    made = {event.output_name: event for event in events if isinstance(event, dg.Output)}
    output_of = {key: output for output, key in context.assets_def.keys_by_output_name.items()}
    above = {spec.key: [dep.asset_key for dep in spec.deps] for spec in context.assets_def.specs}
    for key in TopologicalSorter(above).static_order():  # Dagster asks for this order
        if key in context.selected_asset_keys and (output := output_of.get(key)):
            event = made.get(output) or dg.Output(None, output, metadata={"kept": True})
            name = key.path[-1]
            counted = {"dagster/row_count": rows[name]} if name in rows else {}
            yield event.with_metadata({**event.metadata, **counted})
    yield from (event for event in events if not isinstance(event, dg.Output))


class _Events:
    """dbt as Dagster runs it. The last event of each model and test stays: parts make the same models in turn."""

    def __init__(self, context: dg.AssetExecutionContext, dbt: DbtCliResource) -> None:
        self.context, self.dbt = context, dbt
        self.events: dict[object, Any] = {}

    def build(self, file: Path, *selection: str) -> DbtRun:
        os.environ["JUESUAN_WAREHOUSE"] = str(file.resolve())
        # given `context` at once, it would take the selection from Dagster, which knows nothing of parts
        invocation = self.dbt.cli(
            ["build", "--exclude-resource-type", "unit_test", *selection],
            manifest=dbt_project.manifest_path,
            dagster_dbt_translator=Translator(),
        )
        invocation.context = self.context
        for event in invocation.stream():
            self.events[_about(event)] = event
        return DbtRun({}, ())


def _about(event: Any) -> object:
    if isinstance(event, dg.Output):
        return event.output_name
    if isinstance(event, dg.AssetCheckResult):
        return event.asset_key, event.check_name
    return id(event)
