"""``python -m ogive`` is the ``ogive`` command."""

from ogive.cli import main

main()
