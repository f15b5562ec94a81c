"""Every sentence a guest can read, by the part of the conversation it belongs to."""
