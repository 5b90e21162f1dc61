"""`python -m giao`: the same as the command `giao`."""

import sys

from giao.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
