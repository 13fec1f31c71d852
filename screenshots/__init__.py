"""Pictures of the clients, made of real runs."""
