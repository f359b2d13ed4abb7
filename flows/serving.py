"""The process of our own Prefect server: `python -m flows.serving PORT PARENT`, started by `flows.server`."""

from __future__ import annotations

import os
import sys
import threading
import time


def serve(port: int, parent: int) -> None:
    """Serve the Prefect API on loopback until the parent process ends."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    from flows.prefect_safety import forbid_pickled_results

    forbid_pickled_results()
    uvicorn.run(create_app(), host="127.0.0.1", port=port, log_level="error", access_log=False)


def migrate() -> None:
    """Bring the database of the server to the newest schema; the first time takes some ten seconds."""
    import asyncio

    from prefect.server.database import provide_database_interface

    asyncio.run(provide_database_interface().create_db())


def _end_with(parent: int) -> None:
    while os.getppid() == parent:  # a process that is orphaned gets another parent, whoever has the number by then
        time.sleep(0.5)
    os._exit(0)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
