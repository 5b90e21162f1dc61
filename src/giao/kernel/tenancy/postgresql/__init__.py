"""Django's PostgreSQL with row-level security; `base` is what the setting ENGINE loads."""
