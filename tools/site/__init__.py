"""The pages of the site that are made from the records: one for each activation, and their index.

`python -m tools.site` writes them to docs/activations; building the documentation does it, too.
"""
