"""Which real parts are missing: in words, or with `packages` as Debian's names for scripts/parts."""

import sys

from tests.parts import missing

if sys.argv[1:] == ["packages"]:
    print(*(package for part in missing() for package in part.packages))
else:
    for part in missing():
        print(f"Missing: {part.how_to_get}")
    sys.exit(bool(missing()))
