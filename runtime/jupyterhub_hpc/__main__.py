"""`python -m jupyterhub_hpc -f jupyterhub_config.py` is the hub."""

import signal
import sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a container's first process ignores what it does not handle

from .app import HubApp  # noqa: E402  (which takes its time)

HubApp.launch_instance()
