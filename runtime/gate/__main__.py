#!/usr/bin/python3 -IBS
"""The one program that a hub of jupyterhub-hpc may start here. Installed as `cluster`, beside the package `gate`."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # -I leaves it out; only root can write there

from gate.main import main

sys.exit(main(os.path.dirname(os.path.realpath(__file__)), sys.argv[1:], os.environ.get("SSH_ORIGINAL_COMMAND")))
