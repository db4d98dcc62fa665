"""What is typed about themes, and the choice of themes that other forms offer."""

from django import forms

from qa_audit.common.forms import Form, RowsField, TextField
from qa_audit.common.names import same_name
from qa_audit.findings.models import Theme


class ThemesField(RowsField):
    """Any number of themes, in the order of the tree."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", "Themes")
        super().__init__(Theme.objects.in_tree_order(), **kwargs)

    def label_from_instance(self, obj):
        return obj.path


class ThemeForm(Form):
    """A theme's title and place."""

    title = TextField(label="Title", max_length=120, error_messages={"required": "Enter a title"})
    parent = forms.ModelChoiceField(
        Theme.objects.none(),
        required=False,
        label="Comes under",
        help_text="Reports count a theme with the one above it.",
        widget=forms.Select(attrs={"empty_choice": "None: it is at the top"}),
    )
    version = forms.IntegerField(initial=0, widget=forms.HiddenInput)

    def __init__(self, *args, theme: Theme | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.theme = theme
        self.fields["parent"].queryset = Theme.objects.tops().exclude(pk=theme and theme.pk)

    def clean_title(self):
        title = self.cleaned_data["title"]
        same = Theme.objects.filter(same_name(title, "title_key")).exclude(pk=self.theme and self.theme.pk)
        if same.exists():
            raise forms.ValidationError(f"There is already a theme called “{title}”")
        return title

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if parent and self.theme and self.theme.children.exists():
            raise forms.ValidationError(
                "Other themes come under this one, so it must stay at the top. Move those first."
            )
        return parent
