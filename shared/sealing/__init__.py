"""The seam for encryption at rest: what is written of somebody's words passes a sealer, and is read through it.

Objects (shared/storage/sealed.py), message bodies (shared/kafka/broker.py, subscriber.py) and texts in the database
(services/gateway/database/sealed_text.py) are sealed for a scope. There is no cipher yet: `Unsealed` changes nothing.
"""
