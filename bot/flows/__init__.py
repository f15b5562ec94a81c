"""One file, or folder, a dialogue."""
