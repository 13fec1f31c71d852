"""`python -m wardscribe`."""

from wardscribe.cli import main

main()
