"""The typesetter: sets a report's figures and prose as PDF, Word, HTML, Excel or text, in a province's layout.

Used by tests (what is read must equal what was set) and, once, to make the reports committed under data/raw/
(`python -m tests.typeset.make_raw`). It knows nothing of the readers: figures come from CSV, layouts from YAML.
"""
