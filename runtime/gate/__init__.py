"""What a hub may do on a login node: a fixed set of operations, checked and logged. Python 3.6, standard library only.

The same program has two faces. As the hub's account (sshd's ForceCommand, or a hub on this host) it checks and counts
each request, logs it, and lets sudo start the program again as the user where something is done in the user's name. As
a user it checks again, and runs the scheduler's command. Nothing of it ever runs as root.
"""
