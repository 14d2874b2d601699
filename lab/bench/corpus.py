"""Corpus of the benches: the Code du travail, a sample of its articles, and questions on health and safety."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.standalone.corpora import CorpusDocument, code_du_travail
from services.standalone.corpora.npm import fetch_package

FOURTH_PART = 4

QUESTIONS = (
    "Qui doit rédiger le document unique d'évaluation des risques ?",
    "Quand faut-il mettre à jour le document unique ?",
    "Quels sont les principes généraux de prévention ?",
    "Quelle formation à la sécurité un nouvel arrivant doit-il recevoir ?",
    "Que doit contenir une notice de poste pour un produit chimique dangereux ?",
    "Comment remplacer un agent cancérogène par un produit moins dangereux ?",
    "Quelle est la valeur limite d'exposition au bruit ?",
    "À partir de quel niveau sonore faut-il des protections auditives ?",
    "Qui peut faire des travaux sous tension électrique ?",
    "Quelles vérifications périodiques pour une sorbonne de laboratoire ?",
    "Quelles précautions pour le travail isolé ?",
    "Comment un salarié exerce-t-il son droit de retrait ?",
    "Quelle surveillance médicale pour les travailleurs exposés aux rayonnements ionisants ?",
    "Quel éclairage faut-il dans un local de travail ?",
    "Combien de sauveteurs secouristes faut-il dans un atelier ?",
    "Quelles règles pour le port de charges lourdes ?",
    "Quels équipements de protection individuelle l'employeur doit-il fournir ?",
    "Que faire avant une intervention d'une entreprise extérieure ?",
    "Quelles mesures de confinement pour les agents biologiques ?",
    "Quand une femme enceinte doit-elle être écartée d'un poste ?",
)


def code(data: Path, part: int | None) -> CorpusDocument:
    """Open the code or a part of it, fetched with npm into the data folder if missing."""
    package = fetch_package(code_du_travail.PACKAGE, data / "corpora", code_du_travail.FILES)
    return next(code_du_travail.documents(package, part))


def sample(document: CorpusDocument, count: int) -> bytes:
    """Return a document of `count` articles in the same layout, evenly sampled for typical lengths."""
    tree = json.loads(document.read())
    articles = list(_articles(tree))
    chosen = [articles[at * len(articles) // count] for at in range(min(count, len(articles)))]
    section = {"type": "section", "data": {"title": "Articles"}, "children": chosen}
    return json.dumps({**tree, "children": [section]}).encode()


def _articles(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node["type"] == "article":
        yield node
    for child in node.get("children", ()):
        yield from _articles(child)
