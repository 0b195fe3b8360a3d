"""Readers: the bytes of one published file → a `Document`. One module a format; no module here knows a form.

Start with `read_document` in `reader.py`; the shapes are in `model.py`.
"""
