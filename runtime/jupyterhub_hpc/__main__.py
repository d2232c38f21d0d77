"""`python -m jupyterhub_hpc -f jupyterhub_config.py` is the hub."""

from .app import HubApp

HubApp.launch_instance()
