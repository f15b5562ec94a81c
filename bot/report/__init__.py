"""The picture of a drop, drawn with Pillow and its own font."""
