"""Evidence: the place a figure was printed at, shown. Start with `render_figure`."""

from pipelines.evidence.errors import EvidenceError
from pipelines.evidence.figure import Evidence, render_figure

__all__ = ["Evidence", "EvidenceError", "render_figure"]
