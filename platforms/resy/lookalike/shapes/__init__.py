"""The JSON that goes out, shaped as recorded."""
