"""What differs between one machine and a cluster: folders, how landing is cut into parts, the executor that reads them.

One YAML file a deployment, named by the environment variable JUESUAN_DEPLOYMENT; `deploy/` has two. Without it:
`data/`, one process, its pool of readers. Assets, jobs and results are the same everywhere.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import dagster as dg
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.paths import RAW, WAREHOUSE

VARIABLE = "JUESUAN_DEPLOYMENT"


class DeploymentError(Exception):
    """The deployment's file cannot be used; the message says where and why."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FolderNames(_Said):
    """Archive (`raw`) and landing (`landed`) are shared by all workers; the warehouse is on a disk of the builder."""

    raw: str = str(RAW)
    warehouse: str = str(WAREHOUSE)
    landed: str = ""  # beside the warehouse


class Parts(_Said):
    """How reports that wait are cut into parts, each read by one step of `landed_reports`."""

    reports_per_part: int = Field(default=0, ge=0)  # 0: one part, all in one step
    processes: int = Field(default=0, ge=0)  # readers at once in a step; 0: one a core


class Deployment(_Said):
    folders: FolderNames = FolderNames()
    parts: Parts = Parts()
    executor: Literal["in_process", "celery", "k8s"] = "in_process"
    execution: dict[Literal["config"], dict[str, Any]] = Field(default_factory=dict)  # as in a run's configuration

    @property
    def spreads(self) -> bool:
        """Are reports read elsewhere than where the warehouse is built?"""
        return self.executor != "in_process"


def load_deployment(path: Path | None = None) -> Deployment:
    """The file at `path`, else the one that the environment names, else one machine. Raises DeploymentError."""
    path = path or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if path is None:
        return Deployment()
    try:
        return Deployment.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except OSError as error:
        raise DeploymentError(f"{path} cannot be read ({error.strerror}); it is named by {VARIABLE}") from error
    except (yaml.YAMLError, ValidationError) as error:
        raise DeploymentError(f"{path}: {' '.join(str(error).split())}") from error


DEPLOYMENT = load_deployment()


def landing_executor(deployment: Deployment) -> dg.ExecutorDefinition:
    """The executor of the job `land`, configured. Raises DeploymentError without the packages of `[cluster]`."""
    config = deployment.execution.get("config", {})
    try:
        if deployment.executor == "celery":
            from dagster_celery import celery_executor

            return celery_executor.configured(config)
        if deployment.executor == "k8s":
            from dagster_k8s import k8s_job_executor

            return k8s_job_executor.configured(config)
    except ModuleNotFoundError as error:
        raise DeploymentError(f"the executor {deployment.executor} needs the extra `cluster` ({error})") from error
    return dg.in_process_executor
