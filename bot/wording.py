"""Every sentence a guest can read."""
