"""Write `base.txt` and `dev.txt` anew from `base.in` and `dev.in`: `make lock`.

Build tags such as `+cpu` are taken off, so that one file serves every machine, and no index address is written.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OPTIONS = (
    "--quiet",
    "--upgrade",
    "--strip-extras",
    "--allow-unsafe",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
)


def lock(name: str, *constraints: str) -> None:
    """Write `<name>.txt` from `<name>.in`, agreeing with other locked files."""
    target = HERE / f"{name}.txt"
    fixed = [part for constraint in constraints for part in ("--constraint", str(HERE / f"{constraint}.txt"))]
    command = [
        sys.executable,
        "-m",
        "piptools",
        "compile",
        *OPTIONS,
        *fixed,
        "-o",
        str(target),
        str(HERE / f"{name}.in"),
    ]
    subprocess.run(command, check=True)
    pins = re.sub(r"\+[a-z0-9.]+$", "", target.read_text(), flags=re.MULTILINE)
    target.write_text(f"# Locked by `make lock`; change {name}.in instead.\n{pins}")


if __name__ == "__main__":
    lock("base")
    lock("dev", "base")
