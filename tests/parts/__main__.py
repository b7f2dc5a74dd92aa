"""Which real parts are missing: in words, or with `packages` as Debian's names for scripts/parts; `fetch` gets those
that are not installed but unpacked."""

import sys

from tests.parts import BLUESKY, FETCHED, SNAC, missing
from tests.parts.fetching import fetch_bluesky, fetch_snac

if sys.argv[1:] == ["packages"]:
    print(*(package for part in missing() for package in part.packages))
elif sys.argv[1:] == ["fetch"]:
    if SNAC in missing():
        fetch_snac(FETCHED / "snac")
    if BLUESKY in missing():
        fetch_bluesky()
else:
    for part in missing():
        print(f"Missing: {part.how_to_get}")
    sys.exit(bool(missing()))
