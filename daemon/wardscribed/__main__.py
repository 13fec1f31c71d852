"""`python -m wardscribed`."""

from wardscribed.cli import main

main()
