"""What `reports` declares when the platform starts."""
