"""The creator's pages. Every draft is reached through `editable_by`, so a stranger gets a 404."""
