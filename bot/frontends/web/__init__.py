"""The local chat page: a chat network on this machine."""
