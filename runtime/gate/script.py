"""What a job script may ask of the scheduler. The script's own commands run as the user, who may run any."""

import re
from typing import List, Tuple

from .refusal import NOT_PERMITTED, Refusal
from .settings import Rules, Settings


def check_script(script: bytes, settings: Settings) -> List[str]:
    """Check all that the scheduler would read in a job script.

    Returns:
        the options it asks for, for the journal

    Raises:
        Refusal: naming the line
    """
    if len(script) > settings.script_bytes:
        raise Refusal(NOT_PERMITTED, "The job script is longer than %d bytes." % settings.script_bytes)
    try:
        text = script.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(NOT_PERMITTED, "The job script is not written in UTF-8.") from None
    if re.search("[\0-\x08\x0b-\x1f\x7f]", text):  # a line must end where the scheduler sees it end
        raise Refusal(NOT_PERMITTED, "The job script holds control characters.")
    lines = text.split("\n")
    if lines[0] != settings.first_line:
        raise Refusal(NOT_PERMITTED, "The job script does not begin with %s." % settings.first_line)
    options = list(_options(lines, settings))
    chosen = [option for _, option in options if option in settings.offers]
    if not chosen and "" in settings.offers:
        chosen = [""]  # the scheduler is to choose
    if len(chosen) != 1:
        words = "The job script asks for none of what is offered, or for more than one: %s."
        raise Refusal(NOT_PERMITTED, words % ", ".join(offer for offer in settings.offers if offer))
    for number, option in options:
        if option != chosen[0] and not allowed(option, settings.rules + settings.offers[chosen[0]]):
            words = "Line %d of the job script: %s is not offered with %s."
            raise Refusal(NOT_PERMITTED, words % (number, ascii(option[:80]), chosen[0] or "nothing chosen"))
    return [option for _, option in options]


def _options(lines: List[str], settings: Settings) -> List[Tuple[int, str]]:
    """Every line that a scheduler might read options in, wherever it stands."""
    marker, found = settings.markers[0] + " ", []
    suspicious = re.compile(r"\s*(?:%s)" % "|".join(re.escape(word) for word in settings.markers), re.IGNORECASE)
    for number, line in enumerate(lines, 1):
        if suspicious.match(line):
            if not line.startswith(marker):
                raise Refusal(NOT_PERMITTED, "Line %d of the job script: %s" % (number, ascii(line[:80])))
            found.append((number, line[len(marker) :]))
    return found


def allowed(option: str, rules: Rules) -> bool:
    """Whether a rule has the option as a whole, and the number in it, if the rule limits one, is not too large."""
    for pattern, most in rules:
        match = pattern.fullmatch(option)
        if match and (most < 0 or quantity(match.group(1)) <= most):
            return True
    return False


def quantity(text: str) -> int:
    """A number, or the seconds of hours:minutes:seconds."""
    total = 0
    for part in text.split(":"):
        total = total * 60 + int(part)
    return total
