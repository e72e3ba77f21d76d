"""What is said in each language: the `.toml` files of this folder, read once and checked."""

import tomllib
from importlib import resources

from pydantic import BaseModel, ConfigDict

from services.notifications.commands import Language


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(_Strict):
    """The words of one kind of mail. `rows` are the facts that are shown, with their labels.

    Subject, heading and paragraphs may name facts: `{rule}`, `{on}`.
    """

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    rows: dict[str, str]


class Texts(_Strict):
    """The words of one language. `rules` and `reasons` put slugs into words, where known."""

    direction: str
    colon: str
    programme: str
    reference: str
    why: str
    automatic: str
    rules: dict[str, str]
    reasons: dict[str, str]
    kinds: dict[str, Kind]


def _read(language: Language) -> Texts:
    file = resources.files(__package__).joinpath(f"{language}.toml")
    return Texts.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


TEXTS = {language: _read(language) for language in Language}
