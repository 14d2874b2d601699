"""From a year's programme to the JSON of the API."""

from collections import Counter
from collections.abc import Sequence

from services.gateway.duerp.model import Change, EntryRecord
from services.gateway.duerp.programme.model import YearlyProgramme, missing, why_not
from services.gateway.duerp.views import url_of
from shared.http_api.duerp.programme import Action, ActionStatus
from shared.http_api.duerp.yearly_programme import (
    Budget,
    CommitteeProgress,
    Programme,
    ProgrammeAction,
    ProgrammeState,
)


def programme_view(unit: str, programme: YearlyProgramme, history: Sequence[Change]) -> Programme:
    actions = [_action(unit, programme, record, action) for record, action in programme.actions]
    estimated, done, spent, unknown = programme.budget()
    states = Counter(each.state for each in actions)
    return Programme(
        unit=unit,
        year=programme.year,
        kind=programme.kind,
        articles=["L4121-3-1"],
        actions=actions,
        states={state: states[state] for state in ProgrammeState},
        complete=sum(not each.missing for each in actions),
        budget=Budget(estimated=estimated, done=done, spent=spent, unknown=unknown),
        factors=programme.factors,
        factors_without=programme.factors_without,
        committees=[
            CommitteeProgress(
                consultation=identity,
                body=asked.body,
                on=on,
                actions=statuses.total(),
                done=statuses[ActionStatus.DONE],
                started=statuses[ActionStatus.STARTED],
            )
            for identity, asked, on, statuses in programme.committees(history)
        ],
    )


def _action(unit: str, programme: YearlyProgramme, record: EntryRecord, action: Action) -> ProgrammeAction:
    families = programme.families(action)
    return ProgrammeAction(
        action=record.id,
        url=url_of(record.kind, unit, record.id),
        revision=record.revision,
        content=action,
        state=programme.state(action),
        carried_over=programme.is_carried_over(action),
        families=families,
        factors=programme.factors_of(action),
        missing=missing(action),
        why_not=why_not(action),
    )
