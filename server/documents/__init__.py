"""Documents: what a link from the API opens, decided once more and audited before it leaves."""

from __future__ import annotations

from server.documents.agreements import agreement_document
from server.documents.endpoint import DocumentEndpoint
from server.documents.evidence import evidence_document

DOCUMENTS = {"agreement": agreement_document, "evidence": evidence_document}
"""How the document of each kind is made."""

__all__ = ["DOCUMENTS", "DocumentEndpoint"]
