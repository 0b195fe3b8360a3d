"""Runs the suites of `expectations/` over a warehouse file and writes what they found. No reader, no Dagster."""
