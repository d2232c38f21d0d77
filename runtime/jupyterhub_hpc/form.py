"""The page where a user chooses what to ask for: plain HTML, made from what the configuration offers.

Any scheduler may use it: it says which fields there are, and checks what comes out of them. There is no script in it;
what belongs together is said in words and checked when the form is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

_JINJA = Environment(
    loader=PackageLoader("jupyterhub_hpc"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True)
class Field:
    """One thing to choose: from a list, a number within limits, or a short text."""

    name: str  # of the option
    title: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # value and title; the first is chosen unless another was
    least: int = 0
    most: int | None = None  # not None: a number
    pattern: str = ""  # of a text, as HTML's `pattern`
    value: str = ""  # what is there at first


def render_form(fields: Sequence[Field], chosen: Mapping[str, Any]) -> str:
    """The form's HTML.

    Args:
        fields: in the order in which they are shown
        chosen: what the user chose the last time, by option; taken where it is still offered
    """
    shown = [(field, _value(field, chosen.get(field.name))) for field in fields]
    return _JINJA.get_template("job_form.html").render(fields=shown)


def _value(field: Field, last: Any) -> str:
    first = field.choices[0][0] if field.choices else field.value
    if not isinstance(last, str | int) or isinstance(last, bool):
        return first
    word = str(last)
    if field.choices:
        return word if word in dict(field.choices) else first
    if field.most is not None:
        return word if word.isdecimal() and field.least <= int(word) <= field.most else first
    return word
