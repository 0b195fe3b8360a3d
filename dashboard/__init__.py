"""The dashboard: a small server of HTML pages over the published warehouse. Start with `create_app` in app.py."""
