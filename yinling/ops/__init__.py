"""Running Yinling: settings from the environment, the embedded PostgreSQL, the supervisor, backup, keys."""
