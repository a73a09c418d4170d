"""Official documents: their numbers, their form on paper, the check of a printed one."""
