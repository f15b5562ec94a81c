"""What some platforms can do beyond the port: small protocols, asked for with `isinstance`."""
