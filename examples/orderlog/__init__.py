"""Order logs: reading them, generating one, replaying them through a programme, reporting."""
