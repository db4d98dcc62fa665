"""A strength or an area for improvement, with its domain, theme and severity."""

from django import forms

from qa_audit.audits.models.answers import AuditFinding
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.items import LONGEST
from qa_audit.common.forms import Form, TextField
from qa_audit.findings.models import FindingKind, Severity, Theme
from qa_audit.tools.models import Domain


class FindingForm(Form):
    text = TextField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))
    domain = forms.ModelChoiceField(
        label="Domain", queryset=Domain.objects.none(), required=False, empty_label="No single domain"
    )
    theme = forms.ModelChoiceField(
        label="Theme", queryset=Theme.objects.none(), required=False, empty_label="Taken from the domain"
    )
    severity = forms.ChoiceField(
        label="Severity", choices=[("", "Taken from the grade"), *Severity.choices], required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, audit: Audit, kind: str, is_new: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = FindingKind(kind).label
        self.fields["domain"].queryset = Domain.objects.filter(version=audit.tool_version_id)
        self.fields["theme"].queryset = Theme.objects.all()
        if kind == FindingKind.STRENGTH:
            del self.fields["severity"]
        if is_new:
            del self.fields["version"]


def initial_of(found: AuditFinding) -> dict:
    """What the form shows of a finding that is there."""
    finding = found.finding
    return {
        "text": finding.text,
        "domain": found.domain_id,
        "theme": finding.themes.first(),
        "severity": finding.severity,
        "version": finding.version,
    }
