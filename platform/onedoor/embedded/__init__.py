"""PostgreSQL and Valkey from wheels, for a machine where no server is named: the demo, the tests, `onedoor servers`.

`start(folder)` makes or wakes both on the data in that folder and gives their addresses; leaving the `with` stops them.
They listen on 127.0.0.1 only, on ports and with passwords kept in the folder. Works on Linux, as root and as an ordinary
user, below folders that other users cannot enter, and after everything was killed. See docs/adr/0005-embedded-servers.md.
"""

from onedoor.embedded.processes import EmbeddedError
from onedoor.embedded.servers import Servers, start

__all__ = ["EmbeddedError", "Servers", "start"]
