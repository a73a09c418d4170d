"""What `hours` declares when the platform starts."""

from yinling.hours import domain_measures

__all__ = ["domain_measures"]
