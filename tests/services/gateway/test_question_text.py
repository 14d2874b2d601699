"""What of a question's characters is read: nothing that copying brings unseen, and an emoji whole."""

import pytest

from services.gateway.questions.model import question_text
from shared.errors import InvalidQuestion

SCIENTIST = "\U0001f469\u200d\U0001f52c"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("R\u200d4412\u2060-16", "R4412-16"),
        ("\u202aR. 4412-16\u202c ?\u200e", "R. 4412-16 ?"),
        ("R.\u200c4412-16", "R.4412-16"),
        ("\u061cR.\u180e4412-16\u200f", "R.4412-16"),
        (f"EPI pour une {SCIENTIST} ?", f"EPI pour une {SCIENTIST} ?"),
    ],
)
def test_what_copying_brings_unseen_is_left_out_and_an_emoji_stays_whole(sent: str, read: str) -> None:
    assert question_text(sent, 100) == read


@pytest.mark.parametrize("sent", ["\u200d", "\u202a\u202c \u200e", "\u200b\u200d\ufeff", "\u200d \u0301", "\ue000"])
def test_a_question_of_unseen_characters_is_empty(sent: str) -> None:
    with pytest.raises(InvalidQuestion) as refused:
        question_text(sent, 100)
    assert refused.value.params == {"reason": "empty"}
