"""Makes Great Expectations' Data Docs open with no network.

GX's pages take Bootstrap, jQuery, bootstrap-table, vega and its logo from content networks, and the index is drawn by
bootstrap-table alone: offline it is an empty page. Here every such reference is removed and `offline/offline.css` and
`offline/offline.js` (about a hundred lines each) take their place.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

OFFLINE = Path(__file__).resolve().parent / "offline"

_REMOTE = [
    (re.compile(r"<script[^>]*\bsrc=[\"']https?://[^>]*>\s*</script>", re.I), ""),
    (re.compile(r"<link[^>]*\bhref=[\"']https?://[^>]*>", re.I), ""),
    (re.compile(r"<img[^>]*\bsrc=[\"']https?://[^>]*>", re.I), "<strong>决算 juesuan · Data Docs</strong>"),
    (re.compile(r"url\([\"']?https?://[^)]*\)[^;}]*"), "none"),
    (re.compile(r"<p>Stay current on everything GX.*?</p>", re.S), ""),  # an advertisement with a tracking link
]
_LEFT = re.compile(r"(?:\bsrc=|url\(|@import\s+(?:url\()?|<link[^>]*href=)[\"']?https?://[^\"'\s>)]*", re.I)


class StillRemote(ValueError):
    """A page would still ask the network for something; a new GX release has added a reference."""


def clear(docs: Path) -> None:
    """Removes the pages of an earlier run from `docs`: only what GX itself writes there."""
    for name in ("expectations", "validations", "static"):
        shutil.rmtree(docs / name, ignore_errors=True)
    (docs / "index.html").unlink(missing_ok=True)


def make_offline(docs: Path) -> Path:
    """Rewrites every page under `docs` in place; returns its index.html. Raises StillRemote with page and address."""
    assets = docs / "static" / "juesuan"
    shutil.copytree(OFFLINE, assets, dirs_exist_ok=True)
    for page in sorted(docs.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        for pattern, replacement in _REMOTE:
            text = pattern.sub(replacement, text)
        left = _LEFT.search(text)
        if left:
            raise StillRemote(f"{page}: {left.group()} — add it to pipelines/quality/data_docs.py")
        base = Path(os.path.relpath(assets, page.parent)).as_posix()
        head = f'<link rel="stylesheet" href="{base}/offline.css"><script src="{base}/offline.js"></script>'
        page.write_text(text.replace("<head>", f"<head>{head}", 1), encoding="utf-8")
    return docs / "index.html"
