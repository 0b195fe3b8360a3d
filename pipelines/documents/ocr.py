"""Text recognition: where text stands in a picture, and what it says, each text with a confidence.

RapidOCR does the work, with the PP-OCR models that its wheel brings along; nothing is fetched when it runs. It comes
with the `ocr` extra, and everything else works without it: ask `available()` first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # grey, rows × columns

INSTALL = "pip install juesuan[ocr]"  # what every message about it says
THREADS = 2
DETECTION_SIDE = 1184  # pixels of a page's longer side for finding text: half of 200 dpi finds the same boxes in a
# quarter of the time; reading is done at full size
MAX_BOXES = 3000  # a full form page prints 400 texts; RapidOCR stops at 1,000 otherwise
READING_SHAPE = [3, 48, 96]  # narrowest input: numbers are short, and RapidOCR pads them to 320 pixels otherwise
_MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}


class OcrUnavailable(Exception):
    """The extra is not installed, or its models are missing; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a crop says. `score` is the mean probability of its characters, `weakest` the least of them (0–1)."""

    text: str
    score: float
    weakest: float


def available() -> bool:
    """Whether the `ocr` extra is installed; nothing is loaded."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def engine_version() -> str:
    """What recognises, for the record of how a report was read; empty without the extra."""
    try:
        return f"rapidocr {version('rapidocr')}" if available() else ""
    except PackageNotFoundError:
        return ""


_told_of_pages: list[Callable[[], None]] = []


def tell_pages(listener: Callable[[], None]) -> None:
    """Have `listener` called after every page that this process recognises: it takes seconds, and somebody waits."""
    _told_of_pages[:] = [listener]


def page_done() -> None:
    """One more page has been recognised."""
    for listener in _told_of_pages:
        listener()


class Recogniser:
    """The loaded models (about a second, 200 MB at work); drop the object to give the memory back."""

    def __init__(self) -> None:
        if not available():
            raise OcrUnavailable(f"text recognition is not installed: {INSTALL}")
        rapidocr: Any = import_module("rapidocr")
        self.cv2: Any = import_module("cv2")
        self.cv2.setNumThreads(THREADS)
        params = {
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.max_candidates": MAX_BOXES,
            "Det.limit_side_len": 32,  # the picture is already as small as it shall be
            "Rec.rec_img_shape": READING_SHAPE,
            **_model_paths(Path(rapidocr.__file__).parent / "models"),
        }
        self.engine: Any = rapidocr.RapidOCR(params=params)

    def find(self, picture: Picture) -> NDArray[np.float64]:
        """Upright boxes (n × 4: x0, y0, x1, y1 in pixels of `picture`) around the lines of text."""
        scale = min(1.0, DETECTION_SIDE / max(picture.shape))
        small = self.cv2.resize(picture, None, fx=scale, fy=scale, interpolation=self.cv2.INTER_AREA)
        found = self.engine(_three(small), use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None or not len(found.boxes):
            return np.empty((0, 4))
        corners = np.asarray(found.boxes, dtype=np.float64) / scale
        return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)

    def read(self, crops: Sequence[Picture]) -> list[Reading]:
        """One reading a crop (each a single upright line of text), in their order."""
        if not crops:
            return []
        self.engine.update_params(return_word_box=True)  # it carries the characters' probabilities
        result = self.engine.recognize_txt([_three(crop) for crop in crops])
        readings = []
        for text, score, word in zip(result.txts, result.scores, result.word_results, strict=True):
            weakest = min(word.confs, default=0.0) if text else 0.0
            readings.append(Reading(text, float(score) if text else 0.0, float(weakest)))
        return readings

    def upside_down(self, crops: Sequence[Picture]) -> bool:
        """Whether lines of text stand on their heads: most look so to the angle classifier, and read better turned."""
        if not crops:
            return False
        _, seen = self.engine.cls_and_rotate([_three(crop) for crop in crops])
        if 2 * sum(str(label) == "180" for label, _ in seen.cls_res) <= len(crops):
            return False
        turned = [np.ascontiguousarray(np.rot90(crop, 2)) for crop in crops]
        return _mean_score(self.read(turned)) > _mean_score(self.read(crops))


def _mean_score(readings: Sequence[Reading]) -> float:
    return sum(reading.score * min(len(reading.text), 20) for reading in readings) / max(1, len(readings))


def _three(picture: Picture) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.repeat(picture[:, :, None], 3, axis=2))


def _model_paths(folder: Path) -> dict[str, str]:
    """The models in the wheel, by name: with a path given, RapidOCR never looks elsewhere."""
    missing = [name for name in _MODELS.values() if not (folder / name).is_file()]
    if missing:
        raise OcrUnavailable(f"the models {', '.join(missing)} are not in the installed rapidocr: {INSTALL}")
    return {key: str(folder / name) for key, name in _MODELS.items()}
