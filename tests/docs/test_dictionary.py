"""The data dictionary: what the models say, in both languages, up to date."""

from __future__ import annotations

import re

import pytest

from pipelines.exports.dictionary import Mart, diagram, marts
from pipelines.exports.docs import DICTIONARY, NOTEBOOK, made_from_models
from pipelines.exports.notes import load_notes, split_languages

CHINESE = re.compile(r"[一-鿿]")


def test_the_pages_are_what_the_models_say() -> None:
    for path, text in made_from_models().items():
        assert path.read_text("utf-8") == text, f"{path.name} is out of date: run `make docs`"
    assert {DICTIONARY, NOTEBOOK} == set(made_from_models())


@pytest.mark.parametrize("mart", marts(), ids=lambda mart: mart.name)
def test_every_description_is_in_both_languages(mart: Mart) -> None:
    assert mart.columns
    for name, said in [(mart.name, mart.said), *((column.name, column.said) for column in mart.columns)]:
        assert said.zh != said.en, f"{mart.name}.{name} is not `English / 中文`"
        assert CHINESE.search(said.zh), f"{mart.name}.{name} says nothing in Chinese"
        assert re.search(r"[A-Za-z]{2}", said.en), f"{mart.name}.{name} says nothing in English"


def test_every_mart_has_a_title() -> None:
    without = {mart.name for mart in marts()} - set(load_notes().tables)
    assert not without, "say what they are called, and what to mind, in pipelines/exports/notes.yml"


def test_orders_name_columns() -> None:
    for mart in marts():
        assert set(mart.note.order) <= {column.name for column in mart.columns}, mart.name


def test_relations_lead_to_columns() -> None:
    known = {mart.name: {column.name for column in mart.columns} for mart in marts()}
    leads = [(mart, column.refers_to) for mart in marts() for column in mart.columns if column.refers_to]
    assert all(target[1] in known[target[0]] for _, target in leads if target)
    assert '    spending }o--|| figures : "figure_id"' in diagram(marts())
    assert '    figures }o--|| dim_report : "report_id"' in diagram(marts())


def test_languages_are_split_at_the_last_mark() -> None:
    assert split_languages("Code, GB/T 2260 / 行政区划代码").zh == "行政区划代码"
    assert split_languages(None) == split_languages("")
