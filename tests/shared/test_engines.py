import pytest

from shared.contracts.engines import parse_engine
from shared.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "kind", "name", "url", "dimension"),
    [
        ("onnx", "onnx", "", "", 64),
        ("openvino", "openvino", "", "", 64),
        ("hashing", "hashing", "", "", 64),
        ("hashing:128", "hashing", "", "", 128),
        ("st:/srv/modèles/e5 large", "st", "/srv/modèles/e5 large", "", 64),
        ("st:intfloat/multilingual-e5-large", "st", "intfloat/multilingual-e5-large", "", 64),
        ("openai:BAAI/bge-m3@http://10.0.0.5:8000/v1/", "openai", "BAAI/bge-m3", "http://10.0.0.5:8000/v1", 64),
    ],
)
def test_what_is_spelled_is_understood(text: str, kind: str, name: str, url: str, dimension: int) -> None:
    found = parse_engine(text)
    assert (found.text, found.kind, found.name, found.url, found.dimension) == (text, kind, name, url, dimension)


@pytest.mark.parametrize(
    "text",
    [
        "", "bert", "onnx:large", "openvino:large", "onnxopenvino",
        "hashing:0", "hashing:99999", "st:", "st: x", "openai:m", "openai:@http://h",
        "openai:m@ftp://h", "openai:m@http://h/v1?key=1", "openai:m@http://user:secret@h/v1",
        "st:a\nb", "st:" + "x" * 400,
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_engine(text)
    assert "openai:NAME@URL" in str(refused.value.params["known"])
