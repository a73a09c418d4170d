"""What `office` declares when the platform starts."""
