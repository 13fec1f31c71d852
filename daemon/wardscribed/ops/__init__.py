"""What operations sees: the service manager and the metrics."""
