"""One module a page: its SQL, and what its template shows."""
