"""What `hours` declares when the platform starts."""
