"""Dagster: wiring, partitions, checks, sensors. No parsing and no SQL: assets call the functions of other rooms."""
