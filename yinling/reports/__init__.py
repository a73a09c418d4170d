"""Work reports: text with figures, frozen on issue; the checker of any report's text."""
