"""What was read, kept: one immutable folder of Parquet a report, named by its bytes and the extractor's version."""
