"""Choosing a file."""

from django import forms


class UploadField(forms.FileField):
    """A workbook or a csv file; `limits` says how large it may be, and whatever else must be known."""

    widget = forms.FileInput(attrs={"accept": ".xlsx,.csv"})

    def __init__(self, *, limits: str):
        super().__init__(
            label="Choose a file",
            help_text=f"An Excel workbook (.xlsx) or a .csv file, {limits}",
            error_messages={"required": "Choose a file", "empty": "The file is empty."},
        )
