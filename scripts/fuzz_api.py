"""Send the API thousands of requests made from its schema, and count the answers that are not as promised.

.venv/bin/python scripts/fuzz_api.py --cases 10000
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

TEST = "tests/webapp/test_api_schemathesis.py"


def main() -> int:
    """Run the test of the schema with ``--cases`` requests; 0 when every answer was as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000, help="how many requests to send, at least")
    cases = parser.parse_args().cases
    command = [sys.executable, "-m", "pytest", TEST, "-q", "--show-capture=no", "--tb=short", "-p", "no:cacheprovider"]
    return subprocess.run(
        command, cwd=Path(__file__).parent.parent, env=os.environ | {"FUZZ_CASES": str(cases)}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
