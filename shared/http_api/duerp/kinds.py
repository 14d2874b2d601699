"""Each kind of entry: the model of its content, and where it is."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action, Consultation, Event, Transmission
from shared.http_api.duerp.review import Dismissal
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import Element, Unit, WorkUnit
from shared.http_api.duerp.year import Confirmation, Cycle

KINDS: Mapping[EntryKind, type[Content]] = MappingProxyType(
    {
        EntryKind.UNIT: Unit,
        EntryKind.ELEMENT: Element,
        EntryKind.WORK_UNIT: WorkUnit,
        EntryKind.STATEMENT: Statement,
        EntryKind.LINE: Line,
        EntryKind.SHARED_LINE: SharedLine,
        EntryKind.SHARED_RATING: SharedRating,
        EntryKind.ACTION: Action,
        EntryKind.EVENT: Event,
        EntryKind.CONSULTATION: Consultation,
        EntryKind.TRANSMISSION: Transmission,
        EntryKind.SCALE: Scale,
        EntryKind.DISMISSAL: Dismissal,
        EntryKind.CYCLE: Cycle,
        EntryKind.CONFIRMATION: Confirmation,
    }
)

KIND_OF: Mapping[type[Content], EntryKind] = MappingProxyType({content: kind for kind, content in KINDS.items()})

PATHS: Mapping[EntryKind, str] = MappingProxyType(
    {
        EntryKind.ELEMENT: "elements",
        EntryKind.WORK_UNIT: "work-units",
        EntryKind.STATEMENT: "statements",
        EntryKind.LINE: "lines",
        EntryKind.SHARED_LINE: "shared-lines",
        EntryKind.SHARED_RATING: "shared-ratings",
        EntryKind.ACTION: "actions",
        EntryKind.EVENT: "events",
        EntryKind.CONSULTATION: "consultations",
        EntryKind.TRANSMISSION: "transmissions",
        EntryKind.SCALE: "scales",
        EntryKind.DISMISSAL: "dismissals",
        EntryKind.CYCLE: "cycles",
        EntryKind.CONFIRMATION: "confirmations",
    }
)
"""Where the entries of each kind are; the unit's description is at the DUERP's own address."""
