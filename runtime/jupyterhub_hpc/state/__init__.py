"""The hub's state: its database and the secrets beside it. Checked, backed up, upgraded, restored.

`python -m jupyterhub_hpc.state COMMAND` runs in a container of its own beside the hub's, which alone sees the backups:
a captured hub can neither read nor remove them.
`python -m jupyterhub_hpc.state.guarded_start` is how the hub itself starts.
"""
