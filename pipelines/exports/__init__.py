"""Files for people and tools outside: Parquet, CSV, XLSX, Fiscal Data Package, DuckDB; and the pages made from data."""
