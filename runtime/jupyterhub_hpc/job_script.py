"""Prints the job scripts that options come to, by the hub's own code, without a hub and without a cluster.

Standard input is a JSON object: `section`, the scheduler's part of the hub's configuration file; `settings`, what the
login nodes' program goes by; `cases`, each with `user`, `home`, `shell` and `options`. Standard output is a list: for
each case `script`, and `refused`, which is not empty where the hub or that program would say no.
"""

import json
import sys
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.utils.importstring import import_item

from .accounts import Account
from .errors import OptionRefused

_MARK = "0123456789abcdef"


def job_scripts(section: str, settings: dict[str, Any], cases: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What each case comes to.

    Raises:
        jinja2.TemplateError: the job script's template is wrong
    """
    config = Config()
    exec(section, {"c": config})  # noqa: S102  (the stack's own, as the hub would read it)
    spawner = import_item(config.JupyterHub.spawner_class)(config=config)
    spawner.spawn_id = _MARK
    return [_one(spawner, settings, case) for case in cases]


def _one(spawner: Any, settings: dict[str, Any], case: dict[str, Any]) -> dict[str, str]:
    spawner.user_options = case["options"]
    try:
        options = spawner.checked_options()
    except OptionRefused as refused:
        return {"script": "", "refused": refused.what}
    script = spawner.render_script(Account(case["user"], case["home"], case["shell"]), options)
    return {"script": script, "refused": _refused_on_login_nodes(script, settings)}


def _refused_on_login_nodes(script: str, settings: dict[str, Any]) -> str:
    sys.path.insert(0, str(Path(__file__).parent.parent))  # the program lies beside this package, and not in the image
    from gate.refusal import Refusal
    from gate.script import check_script
    from gate.settings import Settings

    try:
        check_script(script.encode(), Settings(settings, ""))
    except Refusal as refusal:
        return refusal.words
    return ""


if __name__ == "__main__":
    json.dump(job_scripts(**json.load(sys.stdin)), sys.stdout)
