"""The register of elderly associations."""
