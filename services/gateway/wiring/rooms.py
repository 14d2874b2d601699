"""The rooms of the gateway, each put together from its adapters; `provided` is what its routes ask for by its class."""

from datetime import timedelta
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.dead_letters.service import DeadLetterService
from services.gateway.dead_letters.sql import SqlDeadLetters
from services.gateway.documents.following import DocumentFollower
from services.gateway.documents.held_withdrawals import HeldWithdrawals
from services.gateway.documents.metrics import DocumentMetrics
from services.gateway.documents.page_pictures import PagePictureService
from services.gateway.documents.passages import PassageService
from services.gateway.documents.progress import DocumentProgress
from services.gateway.documents.quotas import Quota, Quotas
from services.gateway.documents.service import DocumentService
from services.gateway.documents.sql import SqlDocumentCatalogue, SqlDocumentRows
from services.gateway.documents.sweep import Sweep
from services.gateway.documents.usage_sql import SqlScopeUsage
from services.gateway.documents.versions import DocumentVersions
from services.gateway.documents.withdrawals_sql import SqlHeldWithdrawals, SqlWantedObjects
from services.gateway.drafts.clause_vectors import AskedVectors
from services.gateway.drafts.evidence import AskedEvidence
from services.gateway.drafts.model_reading import AskedReader
from services.gateway.drafts.service import DraftService
from services.gateway.duerp.exports.files import ExportFiles
from services.gateway.duerp.figures.service import StatisticsService
from services.gateway.duerp.figures.sql import SqlDelegationVersions
from services.gateway.duerp.imports.progress import ImportProgress
from services.gateway.duerp.imports.service import ImportService
from services.gateway.duerp.imports.sql import SqlImportCatalogue, SqlImportRows
from services.gateway.duerp.imports.writing import ImportWriting
from services.gateway.duerp.programme.service import ProgrammeService
from services.gateway.duerp.programme.sql import SqlActionHistory
from services.gateway.duerp.review.service import ReviewService
from services.gateway.duerp.review.sql import SqlDocumentVersionStates
from services.gateway.duerp.service import DuerpService
from services.gateway.duerp.sql import SqlDuerpCatalogue, SqlDuerpRows
from services.gateway.duerp.together.service import TogetherService
from services.gateway.duerp.versions.article_texts import CorpusArticles
from services.gateway.duerp.versions.service import VersionService
from services.gateway.duerp.versions.sql import SqlVersionCatalogue, SqlVersionRows
from services.gateway.duerp.withdrawn_evidence import SqlWithdrawnEvidence
from services.gateway.duerp.year.service import YearService
from services.gateway.embedding_models.current import RecentModel
from services.gateway.embedding_models.replays import Replays
from services.gateway.embedding_models.replays_sql import SqlReplays
from services.gateway.embedding_models.service import EmbeddingModelService, retirement
from services.gateway.embedding_models.sql import SqlEmbeddings
from services.gateway.outbox.unit_of_work import SqlUnitsOfWork
from services.gateway.questions.ends import QuestionEnds
from services.gateway.questions.feedback.metrics import FeedbackMetrics
from services.gateway.questions.feedback.service import FeedbackService
from services.gateway.questions.feedback.sql import SqlFeedback
from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.listeners import Listeners
from services.gateway.questions.metrics import QuestionMetrics
from services.gateway.questions.service import LATE_S, QuestionService
from services.gateway.questions.sql import SqlQuestions
from services.gateway.questions.usage import UsageService
from services.gateway.questions.usage_sql import SqlUsage
from services.gateway.wiring.ground import Ground
from shared.contracts.backends import Registry
from shared.duerp.drafting.likeness import likeness


class EmbeddingRoom:
    """The embedding models, and the change from one to another."""

    def __init__(self, ground: Ground) -> None:
        work = SqlUnitsOfWork[AsyncSession](ground.database, lambda session: session, ground.relay.wake)
        self.models = SqlEmbeddings(ground.database, work, partial(retirement, ground.signer))
        self.recent = RecentModel(self.models)
        stall = timedelta(seconds=ground.settings.document_stall_s)
        self.replays = Replays(SqlReplays(ground.database), ground.events, ground.store, ground.signer, stall=stall)
        self.provided = (EmbeddingModelService(self.models, ground.disk, self.recent.forget),)


class DocumentRoom:
    """Documents: sent, followed, opened, withdrawn, swept."""

    def __init__(self, ground: Ground, models: SqlEmbeddings) -> None:
        work, catalogue = ground.work(SqlDocumentRows.within), SqlDocumentCatalogue(ground.database)
        limits = ground.settings.limits
        quotas = Quotas(SqlScopeUsage(ground.database), Quota(limits.scope_documents, limits.scope_bytes))
        versions = DocumentVersions(work, ground.signer, models)
        self.held = HeldWithdrawals(SqlHeldWithdrawals(ground.database), versions, catalogue)
        documents = DocumentService(
            versions, self.held, catalogue, ground.idempotency, ground.store, quotas, ground.disk
        )
        self.followers = DocumentFollower(catalogue)
        self.progress = DocumentProgress(work, models, ground.store, DocumentMetrics(ground.registry))
        self.sweep = Sweep(
            work,
            SqlWantedObjects(ground.database),
            ground.store,
            ground.signer,
            ground.registry,
            grace=timedelta(seconds=ground.settings.sweep_grace_s),
        )
        passages = PassageService(documents, catalogue, ground.store)
        pictures = PagePictureService(passages, ground.store, ground.events, ground.signer)
        self.provided = (documents, quotas, self.followers, passages, pictures)
        self.documents = documents


class DeadLetterRoom:
    """What could not be handled, for who looks after the platform."""

    def __init__(self, ground: Ground, documents: DocumentService) -> None:
        self.rows = SqlDeadLetters(ground.database)
        self.letters = DeadLetterService(self.rows, documents, ground.settings.kafka.topic_prefix)
        self.provided = (self.letters,)


class QuestionRoom:
    """Questions, their ends, what people think of the answers, and the evidence that drafting asks for."""

    def __init__(self, ground: Ground, recent_model: RecentModel, backends: Registry) -> None:
        rows, deadline_s = SqlQuestions(ground.database), ground.settings.question_deadline_s
        listeners = Listeners(frames_live_s=deadline_s + LATE_S)
        self.ends = QuestionEnds(rows, rows, ground.events, listeners, QuestionMetrics(ground.registry))
        questions = QuestionService(
            rows,
            rows,
            ground.idempotency,
            ground.events,
            ground.signer,
            recent_model,
            self.ends,
            listeners,
            deadline_s=deadline_s,
            max_chars=ground.settings.max_question_chars,
        )
        feedback = FeedbackService(questions, SqlFeedback(ground.database), FeedbackMetrics(ground.registry).given)
        follower = QuestionFollower(questions, self.ends, listeners)
        self.vectors = AskedVectors(ground.events, ground.signer, recent_model, lambda name: likeness().suits(name))
        settings = ground.settings
        self.reader = AskedReader(
            ground.events, ground.signer, backends, settings.drafting_backend, settings.drafting_wait_s
        )
        drafts = DraftService(AskedEvidence(questions, follower), self.vectors, self.reader)
        usage = UsageService(SqlUsage(ground.database))
        self.provided = (questions, follower, feedback, drafts, usage)


class DuerpRoom:
    """The DUERP: entries, versions, files that are taken over."""

    def __init__(self, ground: Ground) -> None:
        database, work = ground.database, ground.work(SqlImportRows.within)
        entries = DuerpService(ground.work(SqlDuerpRows.within), SqlDuerpCatalogue(database), ground.idempotency)
        frozen, articles = SqlVersionCatalogue(database), CorpusArticles(database, ground.store)
        versions = VersionService(ground.work(SqlVersionRows.within), frozen, articles, ground.idempotency)
        reviews = ReviewService(frozen, articles, SqlDocumentVersionStates(database))
        imports = ImportService(
            work, SqlImportCatalogue(database), ground.idempotency, ground.store, ground.signer, ground.disk
        )
        self.import_progress = ImportProgress(work, ground.store)
        together = TogetherService(ground.work(SqlDuerpRows.within))
        years = YearService(ground.work(SqlDuerpRows.within), frozen)
        programmes = ProgrammeService(SqlActionHistory(database))
        figures = StatisticsService(SqlDelegationVersions(database))
        writing = ImportWriting(work, imports)
        self.files = ExportFiles(versions, ground.store)
        self.withdrawn = SqlWithdrawnEvidence(database, self.files.forget)
        written = (versions, imports, writing, self.files)
        self.provided = (entries, reviews, together, years, programmes, figures, *written)
