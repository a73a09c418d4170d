"""Django's database backend for PostgreSQL, with a look at a kept connection that costs no question."""
