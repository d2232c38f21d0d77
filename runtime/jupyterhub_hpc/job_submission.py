"""From checked options to a submitted job."""

import time
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from jupyterhub import __version__ as hub_version

from .accounts import Account
from .errors import ClusterError, CommandFailed, JobRefused, Unanswered
from .job_tracking import JobTracking
from .options import JobOptions

_LAUNCHER = (
    Path(__file__).with_name("launcher.py").read_text().replace('HUB_VERSION = ""', f'HUB_VERSION = "{hub_version}"', 1)
)
_JINJA = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701


class JobSubmission(JobTracking):
    """Submits once: an answer that was lost is looked for, and nothing is sent twice."""

    def render_script(self, account: Account, options: JobOptions) -> str:
        """The job script of one server: checked values in the site's template, and no secret."""
        return _JINJA.from_string(self.batch_script).render(
            comment=self.spawn_id,
            username=account.name,
            homedir=account.home,
            shell=account.shell,
            launcher=_LAUNCHER,
            **options.values(),
        )

    async def _submit(self, account: Account, options: JobOptions) -> None:
        script = self.render_script(account, options)
        try:
            output = await self._cluster.submit(account.name, script, self.get_env())
        except (CommandFailed, Unanswered) as error:
            if isinstance(error, CommandFailed) and not self.scheduler.may_have_submitted(error.stderr):
                self.spawn_id = ""  # refused: there is no job to look for
                if refusal := self.scheduler.refusal(error.stderr):
                    raise JobRefused(refusal.sentence, refusal.next_step) from error
                raise
            self.log.warning("Submission for %s: %s Looking for the job.", account.name, error)
            await self._find_submitted()
            if not self.job_id:
                raise
        else:
            try:
                self.job_id = self.scheduler.parse_submitted(output)
            except ValueError as error:
                raise ClusterError(str(error)) from None
        self._submitted_at = time.monotonic()
        self._save()  # from here on, no restart loses the job
        self.log.info("Job %s submitted for %s: %s", self.job_id, account.name, options)
