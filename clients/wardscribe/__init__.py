"""The thin client: protocol, client library and terminal.  It needs neither a model nor an inference library."""
