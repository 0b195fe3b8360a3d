"""Where reports come from: the publishers' registry, discovery of new reports, polite fetching into the archive."""
