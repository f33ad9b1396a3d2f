"""A process of its own that runs the servers: `session.py DATA`. Prints its addresses, ends when its input ends.

With ONEDOOR_SHED=1 it gives its capabilities to no child: it only needs them to read its own modules.
"""

import ctypes
import json
import os
import sys
from pathlib import Path

from onedoor.embedded import EmbeddedError, start

PR_CAP_AMBIENT, CLEAR_ALL = 47, 4

if __name__ == "__main__":
    if os.environ.get("ONEDOOR_SHED"):
        assert ctypes.CDLL(None).prctl(PR_CAP_AMBIENT, CLEAR_ALL, 0, 0, 0) == 0
    try:
        with start(Path(sys.argv[1]), durable=False) as servers:
            print(json.dumps({"owner": servers.dsn("onedoor_owner"), "redis": servers.redis_url}), flush=True)
            sys.stdin.read()
    except EmbeddedError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        sys.exit(1)
