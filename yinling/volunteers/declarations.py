"""What `volunteers` declares when the platform starts."""
