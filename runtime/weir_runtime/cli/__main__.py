"""Run the program with `python -m weir_runtime.cli`."""

import sys

from weir_runtime.cli import main

sys.exit(main())
