"""The stand-alone verifier, `verify.py`: one file that anybody downloads, reads and runs (R-D8).

It imports nothing of ours, and nothing of ours uses it but to hand it out: it is a second opinion on `draws.rules`,
written from the protocol's text.
"""

from pathlib import Path

FILE = Path(__file__).with_name("verify.py")
