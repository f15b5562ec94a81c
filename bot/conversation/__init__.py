"""What is heard and shown, forms over drafts, and one turn from the one to the other."""
