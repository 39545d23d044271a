"""`python -m vaxdesk`: the same as the `vaxdesk` command."""

import sys

from vaxdesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
