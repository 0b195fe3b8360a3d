"""juesuan (决算): published final accounts, read into figures and one DuckDB warehouse."""
