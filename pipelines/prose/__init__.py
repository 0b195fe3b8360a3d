"""Figures stated in sentences: paragraphs in, figures with the clause they stand in out."""
