"""What `supervision` declares when the platform starts."""
