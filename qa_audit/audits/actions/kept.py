"""Text that could not be saved when it was sent: kept for its author, and put back by them."""

import json

from django.core import signing
from django.db import transaction
from django.http import QueryDict

from qa_audit.audits.models.answers import KeptText
from qa_audit.audits.models.audit import Audit
from qa_audit.history.actions import record
from qa_audit.people.models import User

SALT = "audits.kept"
TWELVE_HOURS = 12 * 3600
MOST_BYTES = 1024 * 1024
# Many enough for every page of one audit, few enough that nobody fills the disk.
MOST_PER_AUDIT = 60
NOT_TEXT = {"csrfmiddlewaretoken", "token", "later", "page", "field", "value", "was_kept"}


def token_for(user: User, audit: Audit) -> str:
    """Says, signed, who was filling in which audit; good for twelve hours."""
    return signing.dumps([user.pk, audit.pk], salt=SALT)


def named_by(token: str) -> tuple[User, Audit] | None:
    """The person and the audit that a valid token names, while the audit is still theirs.

    Also where their account has ended since: what they typed is kept for whoever takes the audit over.
    """
    try:
        user_id, audit_id = signing.loads(token, salt=SALT, max_age=TWELVE_HOURS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    audit = Audit.objects.filter(pk=audit_id, auditor=user_id).select_related("auditor").first()
    return (audit.auditor, audit) if audit else None


@transaction.atomic
def keep(*, user: User, audit: Audit, path: str, sent: QueryDict) -> KeptText | None:
    """Keep what was sent to a page of the audit, beside what was kept from that page before; at most 1 MB."""
    fields = {
        name: sent.getlist(name) for name in sent if name not in NOT_TEXT and not name.startswith("choose-")
    }
    if name := sent.get("field"):
        # A save of one answer: named as its page names it.
        fields |= {name: sent.getlist("value"), f"version-{name}": fields.pop("version", [""])}
    Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    text = KeptText.objects.filter(user=user, audit=audit, path=path).first()
    fields = {**(text.fields if text else {}), **fields}
    is_too_long = len(json.dumps(fields)) > MOST_BYTES
    is_one_too_many = not text and audit.kept_texts.filter(user=user).count() >= MOST_PER_AUDIT
    if not fields or is_too_long or is_one_too_many:
        return None
    if text is None:
        text = KeptText(user=user, audit=audit, path=path, fields=fields)
        text.save()
        record("text kept", by=user, obj=audit)
    else:
        text.fields = fields
        text.save()
    return text


@transaction.atomic
def forget(*, user: User, audit: Audit, path: str, name: str) -> None:
    """The entry was saved after all: what was kept of it need not be offered any more."""
    text = KeptText.objects.filter(user=user, audit=audit, path=path).first()
    if text is None:
        return
    text.fields = {key: value for key, value in text.fields.items() if key not in (name, f"version-{name}")}
    if text.fields:
        text.save()
    else:
        text.delete()


@transaction.atomic
def discard(*, text: KeptText, by: User) -> None:
    """Throw kept text away: it was put back, or is not wanted."""
    audit = text.audit
    text.delete()
    record("kept text discarded", by=by, obj=audit)
