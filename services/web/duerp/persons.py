"""What a form asks before it saves words that seem to be of a person: a name, an illness, a number of one. Pure."""

from hashlib import sha256

from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.personal import text_remarks as remarks_of
from shared.http_api.duerp.personal import texts_about_work

CONFIRMED = "confirmed"
"""Field of a form that names the words which a person has said to save all the same."""


class PersonInText(ValueError):
    """Words that nobody has saved yet seem to be of a person.

    Attributes:
        code: of the remark.
        words: names them, to be sent again with the form.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


def require_confirmed(content: Content, former: Content | None, confirmed: str) -> None:
    """Let words pass that are not of a person, were there before, or were confirmed.

    Raises:
        PersonInText: some are not.
    """
    known = set(texts_about_work(former)) if former is not None else set()
    told = {text: code for text in texts_about_work(content) if text not in known for code in remarks_of(text)}
    words = sha256("\0".join(sorted(told)).encode()).hexdigest()
    if told and confirmed != words:
        raise PersonInText(min(told.values()), words)
