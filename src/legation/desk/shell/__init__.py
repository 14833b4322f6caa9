"""The shell: what every room's pages share: slots, base views, templates, static files; it owns no record."""
