"""The form pages of a committed report as a scan: pictures at 200 dpi, no text; read with the extra `[ocr]`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

DPI = 200


def can_read_scans() -> bool:
    """Whether the extra `[ocr]` is installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def scan_of(path: Path, pages: Iterable[int], folder: Path | None = None) -> Path:
    """A PDF of the pages (1-based) of `path` as grey pictures at 200 dpi, as an office scanner makes them."""
    import pypdfium2 as pdfium

    target = (folder or Path(tempfile.mkdtemp(prefix="juesuan-scan-"))) / f"{path.stem} 扫描.pdf"
    source, made = pdfium.PdfDocument(path), pdfium.PdfDocument.new()
    for number in pages:
        page = source[number - 1]
        picture = pdfium.PdfImage.new(made)
        with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
            page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L").save(file, "JPEG", quality=85)
            file.seek(0)
            picture.load_jpeg(file.name)
        width, height = page.get_size()
        picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
        sheet = made.new_page(width, height)
        sheet.insert_obj(picture)
        sheet.gen_content()
    made.save(target)
    made.close()
    source.close()
    return target
