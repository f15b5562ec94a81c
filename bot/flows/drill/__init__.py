"""`/drill`: a plan's drop, tried before it comes."""
