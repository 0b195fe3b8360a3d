"""Look-ups over the code lists, places and agency types. The CSVs in `dbt_project/seeds/` are the only copy."""
