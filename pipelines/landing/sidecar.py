"""The sidecar: `<file>.yml` beside a report, in which a person corrects or completes what the report says of itself."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

MAX_BYTES = 64 * 1024
SIDECAR_NAME = "a sidecar (the file's own name with .yml added, beside it)"


class Sidecar(BaseModel):
    """Every field is optional; what is given wins over the report."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str | None = None
    division_code: str | None = Field(default=None, pattern=r"^\d{6}$")
    agency: str | None = None
    fiscal_year: int | None = Field(default=None, ge=1990, le=2100)
    kind: Literal["final_account", "budget", "performance"] | None = None
    scope: Literal["department", "unit"] | None = None
    unit: Literal["元", "千元", "万元", "百万元", "亿元"] | None = None
    published_on: date | None = None
    source_url: str | None = None
    # where a fetched file comes from; written once, when it is archived
    page_url: str | None = None
    page_title: str | None = None
    fetched_at: datetime | None = None
    http: dict[str, str] = Field(default_factory=dict)  # headers of the answer: etag, last-modified, …

    @field_validator("division_code", mode="before")
    @classmethod
    def _code_may_be_a_number(cls, value: object) -> object:
        """YAML reads 430200 as a number."""
        return str(value) if isinstance(value, int) else value


def read_sidecar(path: Path) -> tuple[Sidecar, str, str | None]:
    """→ (what it says, a digest of its bytes or '' if there is none, why it could not be used or None)."""
    if not path.is_file():
        return Sidecar(), "", None
    try:
        if path.stat().st_size > MAX_BYTES:
            return Sidecar(), "too large", f"the sidecar {path.name} is over {MAX_BYTES // 1024} kB and was not used"
        raw = path.read_bytes()
    except OSError as error:
        return Sidecar(), "unreadable", f"the sidecar {path.name} cannot be opened: {error.strerror}"
    digest = hashlib.sha256(raw).hexdigest()[:16]
    try:
        data = yaml.safe_load(raw.decode("utf-8-sig"))
        return Sidecar.model_validate({} if data is None else data), digest, None
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        return Sidecar(), digest, f"the sidecar {path.name} was not used: {where}"
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return Sidecar(), digest, f"the sidecar {path.name} is not YAML and was not used: {str(error).splitlines()[0]}"
