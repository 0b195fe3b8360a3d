"""What may go wrong when a place is shown."""


class EvidenceError(Exception):
    """The place cannot be shown; the message says why and what to do."""
