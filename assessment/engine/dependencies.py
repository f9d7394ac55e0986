"""What the engine cannot do without, looked for before anything else is imported.

``python -m assessment.engine verify`` says 1 where a digit differs, and so would Python of its
own accord where a package is missing: the publisher would stand accused.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final

NEEDED: Final = ("numpy", "jsonschema")
_UNUSABLE: Final = 2

absent = [name for name in NEEDED if find_spec(name) is None]
# While the package is located for ``python -m``, the first argument is "-m".
if absent and sys.argv[:1] == ["-m"]:
    names = ", ".join(absent)
    sys.stderr.write(f"请先安装 {names}。 Install {names} first.\n")
    sys.exit(_UNUSABLE)
