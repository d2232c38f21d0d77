"""What keeps the environments of a host: it lists them, updates those that follow a lock file, and goes back.

Installed by `pulumi up` beside its settings, and run by root: by a timer, and by the people who run the cluster.
Python 3.6 runs it, with the standard library alone.
"""
