"""`python -m mailproc.cli`: the command line without an installed script."""

import sys

from mailproc.cli import main

if __name__ == "__main__":
    sys.exit(main())
