"""The statutory and performance forms as data (`definitions/*.yml`), and the one interpreter that reads grids by them.

Start with `read_forms` in `interpreter.py`.
"""
