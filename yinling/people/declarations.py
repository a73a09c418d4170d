"""What `people` declares when the platform starts: no facts of its own yet."""
