"""The hub's state: its database and the secrets beside it. Checked, backed up, upgraded, restored.

`python -m jupyterhub_hpc.state COMMAND` runs beside the hub, in a container of its own or outside of the hub's unit: it
alone sees the backups.
`python -m jupyterhub_hpc.state.guarded_start` is how the hub itself starts.
"""
