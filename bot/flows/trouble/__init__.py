"""What may spoil a plan, and how it is mended."""
