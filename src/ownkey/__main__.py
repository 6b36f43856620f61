"""`python -m ownkey`."""

from ownkey.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
