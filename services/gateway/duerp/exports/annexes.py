"""Annexes of an export: what the law wants, articles as they stood, opinions, whom it was sent to. Pure."""

from collections.abc import Sequence

from services.gateway.duerp.consulting import late_since
from services.gateway.duerp.exports.assessed import Assessments
from services.gateway.duerp.exports.duerp import Duerp, Edition
from services.gateway.duerp.exports.report import Column, Row, Section, Table
from services.gateway.duerp.exports.wording import Wording
from services.gateway.duerp.facts import facts_of
from shared.duerp.obligations import Standing, Subject, obligations
from shared.http_api.duerp.programme import Consultation, Transmission
from shared.references import canonical_article


def obligation_section(duerp: Duerp, say: Wording, assessments: Assessments) -> list[Section]:
    """Tell what the law wants written in the document, or kept apart, for the families that are present."""
    facts = facts_of(duerp.unit, (each.line.family for each in assessments.all if each.line.family))
    shown = {Subject.WRITTEN, Subject.APART, Subject.ASSIGN, Subject.OUTSIDE}
    rows = tuple(
        Row(
            (
                say(f"subject-of.{one.subject.value}"),
                "\n".join(part for part in (one.text[say.language], one.doubt.get(say.language, "")) if part),
                ", ".join(one.articles) or one.source or "",
                say("applies" if standing is Standing.APPLIES else "to-check"),
            )
        )
        for one, standing in obligations().of(facts)
        if one.subject in shown
    )
    columns = (
        Column(say("subject"), 18),
        Column(say("wanted"), 52),
        Column(say("articles"), 18),
        Column(say("standing"), 12),
    )
    return [Section(say("obligations"), (), Table(say("obligations-sheet"), columns, rows))] if rows else []


def article_section(duerp: Duerp, say: Wording) -> list[Section]:
    """Tell which text of each cited article was in force when the version was frozen; the JSON export has the words."""
    citing: dict[str, list[str]] = {}
    for _, line in duerp.standing():
        for article in dict.fromkeys(map(canonical_article, line.articles)):
            citing.setdefault(article, []).append(line.hazard)
    rows = tuple(
        Row(
            (
                each.article,
                say.day(each.in_force_from) if each.text is not None else say("article-unknown"),
                say.day(each.in_force_to) or ("" if each.text is None else say("article-in-force")),
                each.version or "",
                "\n".join(dict.fromkeys(citing[each.article])),
            )
        )
        for each in duerp.edition.articles
        if each.article in citing
    )
    columns = tuple(
        Column(say(key), share)
        for key, share in (
            ("article", 14), ("article-from", 16), ("article-to", 14), ("article-version", 20), ("article-lines", 36),
        )
    )  # fmt: skip
    return [Section(say("article-texts"), (), Table(say("article-texts-sheet"), columns, rows))] if rows else []


def consultation_section(duerp: Duerp, say: Wording) -> list[Section]:
    """Tell what each body that was asked about the edition said, or since when its opinion is late."""
    rows = tuple(
        Row(
            (
                f"{each.body} ({each.employer})" if each.employer else each.body,
                say.day(each.sent_on),
                say.day(each.met_on),
                "\n".join(
                    part
                    for part in (say(f"opinion-of.{each.opinion.value}") if each.opinion else "", each.opinion_text)
                    if part
                )
                or _awaited(each, duerp.edition, say),
                each.answer,
            )
        )
        for each in _of_this_version([each for _, each in duerp.of(Consultation)], duerp.edition.version)
    )
    columns = tuple(
        Column(say(key), share)
        for key, share in (("body", 25), ("sent-on", 10), ("met-on", 10), ("opinion", 30), ("answer", 25))
    )
    return [Section(say("consultations"), (), Table(say("consultations-sheet"), columns, rows))] if rows else []


def _awaited(consultation: Consultation, edition: Edition, say: Wording) -> str:
    since = late_since(consultation, edition.printed_on or edition.on)
    return say("late", since=say.day(since)) if since else say("awaited")


def transmission_section(duerp: Duerp, say: Wording) -> list[Section]:
    """Tell to whom which version was sent, and when."""
    rows = tuple(
        Row((each.to, str(each.version or ""), say.day(each.sent_on), each.how)) for _, each in duerp.of(Transmission)
    )
    columns = (
        Column(say("sent-to"), 40),
        Column(say("version-number"), 10),
        Column(say("sent-on"), 15),
        Column(say("how"), 35),
    )
    return [Section(say("transmissions"), (), Table(say("transmissions-sheet"), columns, rows))] if rows else []


def _of_this_version(all_of_them: Sequence[Consultation], version: int | None) -> list[Consultation]:
    return [each for each in all_of_them if version is None or each.version in {None, version}]
