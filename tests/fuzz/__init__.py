"""What nobody thought of: messages made up by chance."""
