"""What is remembered beside the versions: the last failure, and that somebody went back."""

import contextlib
import json
import os
import time
from typing import Any, Dict, Optional

from .versions import Versions


class Note:
    """A small file in the directory of the versions, written whole or not at all."""

    def __init__(self, versions: Versions, name: str) -> None:
        self.path = os.path.join(versions.store, "." + name + ".json")

    def read(self) -> Optional[Dict[str, Any]]:
        """What was noted; None when nothing was."""
        try:
            with open(self.path, encoding="utf-8") as file:
                read: Dict[str, Any] = json.load(file)
                return read
        except (FileNotFoundError, ValueError):
            return None

    def write(self, **what: str) -> None:
        """Note it, with the time."""
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump({**what, "at": int(time.time())}, file)
        os.replace(self.path + ".new", self.path)

    def forget(self) -> None:
        """It is not so any more."""
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.path)
