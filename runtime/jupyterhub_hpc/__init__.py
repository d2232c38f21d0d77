"""What a JupyterHub for an HPC cluster needs beside the genuine parts."""

from pathlib import Path
from typing import Any

__version__ = "0.1.0"


def set_metrics(c: Any, **settings: Any) -> None:
    """Let a scraper read the metrics; the arguments are those of `metrics_api.set_metrics`."""
    from . import metrics_api

    metrics_api.set_metrics(c, **settings)


def set_pages(c: Any, site: dict[str, str]) -> None:
    """Set up the hub's pages, the spawn form's files and the port API in a hub's configuration.

    Args:
        c: the configuration object of `jupyterhub_config.py`
        site: `site_name`, `announcement` and `help_url`, empty strings where there is none
    """
    import jupyterhub_moss
    from tornado.web import StaticFileHandler

    from . import job_api, port_api
    from .database_errors import recent_words

    def announcement(_: Any) -> str | None:
        return recent_words() or site["announcement"] or None

    port_api.replace_batchspawner_handler()
    c.JupyterHub.template_paths = [str(Path(__file__).parent / "templates")]
    c.JupyterHub.template_vars = {**site, "announcement": announcement, "viewer": _viewer}
    c.JupyterHub.extra_handlers = [
        (jupyterhub_moss.STATIC_FORM_REGEX, StaticFileHandler, {"path": jupyterhub_moss.STATIC_FORM_PATH}),
        (r"/api/user/job", job_api.JobHandler),
    ]


def _viewer(user: Any) -> str:
    """Who looks at a page, whoever the page is about; empty for somebody who is not logged in."""
    return user.name if user else ""
