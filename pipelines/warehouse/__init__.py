"""The DuckDB file: built beside, checked, swapped in atomically; and read-only connections for readers."""
