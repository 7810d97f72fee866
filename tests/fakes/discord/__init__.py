"""A Discord on loopback: REST, gateway and file store, with people who type, press and look."""
