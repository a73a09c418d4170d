"""What `returns` declares when the platform starts."""
