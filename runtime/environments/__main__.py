"""The program of the environments of this host, started by one whose name comes first in the arguments."""

import os
import sys

_HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.insert(0, _HERE)  # -I leaves it out; only root can write there

from environments.main import main  # noqa: E402

sys.exit(main(_HERE, os.path.basename(sys.argv[1]), sys.argv[2:]))
