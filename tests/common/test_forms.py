from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from qa_audit.common.components import render_component
from qa_audit.common.fields import component_of
from qa_audit.common.forms import DateField, Form, TextField
from tests.interface.markup import FOCUSABLE, Markup

NASTY = "<script>alert(1)</script> \"double\" 'single' & {{ x }}"
PAGE = Template("{% load crispy_forms_tags govuk %}{% error_summary form %}{% crispy form %}")
CHOICES = [("a", "First"), ("b", "Second")]


class EveryWidget(Form):
    text = TextField(label="Case reference", help_text="From the system", max_length=20)
    long = TextField(label="Evidence", help_text="No names", max_length=50, widget=forms.Textarea)
    free = TextField(label="Anything else", widget=forms.Textarea)
    on = DateField(label="Audited on")
    number = forms.IntegerField(label="Number of children", min_value=1)
    email = forms.EmailField(label="Email")
    secret = forms.CharField(
        label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    one = forms.ChoiceField(label="Service", choices=[("", "---------"), *CHOICES])
    radio = forms.ChoiceField(
        label="Grade", help_text="In your judgement", choices=CHOICES, widget=forms.RadioSelect
    )
    many = forms.MultipleChoiceField(
        label="Which?",
        choices=CHOICES,
        widget=forms.CheckboxSelectMultiple(attrs={"choice_hints": {"a": "Hint"}}),
    )
    several = forms.MultipleChoiceField(label="Themes", choices=CHOICES)
    tick = forms.BooleanField(label="I have checked this", help_text="Or say why not")
    file = forms.FileField(label="Workbook", widget=forms.FileInput(attrs={"accept": ".xlsx"}))
    hidden = forms.CharField(widget=forms.HiddenInput)


def drawn(form) -> Markup:
    return Markup(PAGE.render(Context({"form": form})))


def summary_links(page: Markup) -> list[str]:
    (list_of_links,) = page.all("ul", **{"class": "govuk-list govuk-error-summary__list"})
    return [
        element.attrs["href"]
        for item in list_of_links.inside
        for element in item.inside
        if element.tag == "a"
    ]


@pytest.mark.parametrize("data", [None, {}], ids=["fresh", "all wrong"])
def test_a_form_with_every_widget_is_sound_markup(data):
    page = drawn(EveryWidget(data))
    assert page.problems == []
    assert page.dangling() == []
    assert page.forbidden() == []
    assert {e.attrs["name"] for e in page.elements if "name" in e.attrs} == set(EveryWidget.base_fields)


def test_every_error_link_leads_to_a_control_that_takes_the_focus():
    form = EveryWidget({})
    page = drawn(form)
    links = summary_links(page)
    assert len(links) == len(EveryWidget.base_fields) - 1  # all but the hidden field
    for link in links:
        target = page.by_id()[link.removeprefix("#")]
        assert target.tag in FOCUSABLE
        assert "disabled" not in target.attrs


def test_an_error_is_said_once_for_each_control():
    form = EveryWidget({})
    form.is_valid()
    form.add_error("on", "Enter a date like 27 March 2026")
    form.add_error("on", "Enter a date like 27 March 2026")
    form.add_error("text", "Enter a date like 27 March 2026")
    links = summary_links(drawn(form))
    assert (links.count("#id_on"), links.count("#id_text")) == (2, 2)  # each beside “Enter …” for its own


def test_error_link_of_radios_leads_to_the_first_one():
    page = drawn(EveryWidget({}))
    first = page.by_id()["id_radio"]
    assert "#id_radio" in summary_links(page)
    assert (first.attrs["type"], first.attrs["value"]) == ("radio", "a")


def test_each_error_stands_by_its_field_and_is_read_with_its_control():
    page = drawn(EveryWidget({}))
    for name in ("text", "long", "on", "one", "tick", "file", "secret"):
        described = page.by_id()[f"id_{name}"].attrs["aria-describedby"].split()
        assert f"id_{name}-error" in described
    fieldsets = [e.attrs.get("aria-describedby", "") for e in page.all("fieldset")]
    assert any("id_radio-hint id_radio-error" in described for described in fieldsets)


def test_what_was_typed_is_kept():
    data = {
        "text": 'x" onfocus="y',
        "long": "one\n  two\n",
        "on": "31 Feb",
        "one": "b",
        "radio": "b",
        "many": ["a"],
    }
    page = drawn(EveryWidget(data))
    ids = page.by_id()
    assert ids["id_text"].attrs["value"] == data["text"]
    assert ids["id_long"].text == data["long"]
    assert ids["id_on"].attrs["value"] == "31 Feb"
    assert "checked" in ids["id_radio-2"].attrs
    assert "checked" in ids["id_many"].attrs
    assert "checked" not in ids["id_many-2"].attrs
    assert "selected" in page.one("option", value="b").attrs


def test_a_password_is_never_sent_back():
    page = drawn(EveryWidget({"secret": "correct horse battery"}))
    assert "value" not in page.by_id()["id_secret"].attrs
    assert page.by_id()["id_secret"].attrs["autocomplete"] == "new-password"


def test_labels_hints_choices_and_errors_are_escaped():
    class FromData(Form):
        text = TextField(label=NASTY, help_text=NASTY)
        radio = forms.ChoiceField(
            label=NASTY,
            help_text=NASTY,
            choices=[(NASTY, NASTY)],
            widget=forms.RadioSelect(attrs={"choice_hints": {NASTY: NASTY}, "data-x": NASTY}),
        )
        select = forms.ChoiceField(label=NASTY, choices=[(NASTY, NASTY)], help_text=NASTY)
        ticks = forms.MultipleChoiceField(
            label=NASTY, choices=[(NASTY, NASTY)], widget=forms.CheckboxSelectMultiple
        )
        tick = forms.BooleanField(label=NASTY, help_text=NASTY)

        def clean(self):
            raise forms.ValidationError(NASTY)

    for form in (FromData(), FromData({"text": NASTY * 2, "radio": "gone"})):
        page = drawn(form)
        assert page.problems == []
        assert page.all("script") == []
        assert NASTY in page.one("label", **{"for": "id_text"}).text
        assert page.by_id()["id_radio"].attrs["value"] == NASTY


def test_safe_and_unsafe_text_never_share_a_kept_drawing():
    from_us = render_component("button", {"html": Template("<b>x</b>").render(Context())})
    assert "<b>x</b>" in from_us
    assert "<b>" not in render_component("button", {"html": "<b>x</b>"})
    assert "<b>" not in render_component("button", {"text": "<b>x</b>"})


def test_lines_in_a_text_box_inside_a_component_are_not_indented():
    page = Template(
        '{% load govuk %}{% govuk_block "details" summaryText="More" %}'
        "<textarea>a\nb\n  c</textarea>{% endgovuk_block %}"
    ).render(Context())
    assert "<textarea>a\nb\n  c</textarea>" in page


def test_a_widget_without_a_component_is_refused_loudly():
    class Form_(Form):
        split = forms.SplitDateTimeField()

    with pytest.raises(TypeError, match="No component for SplitDateTimeWidget"):
        component_of(Form_()["split"])


@pytest.mark.parametrize(
    "typed", ["27/3/2026", "27 March 2026", "27 mar 2026", " 2026-03-27 ", "27  March  2026"]
)
def test_a_date_is_read_in_every_way_people_write_it(typed):
    assert DateField().clean(typed) == date(2026, 3, 27)


@pytest.mark.parametrize("typed", ["31/2/2026", "tomorrow", "21-03-27", "3/27/2026", "27 March 1026", "0"])
def test_what_is_no_date_is_refused_with_an_example(typed):
    with pytest.raises(forms.ValidationError, match="Enter a date like 27 March 2026"):
        DateField().clean(typed)


def test_a_date_is_shown_as_it_may_be_typed():
    class OneDate(Form):
        on = DateField()

    shown = drawn(OneDate(initial={"on": date(2026, 3, 27)})).by_id()["id_on"].attrs["value"]
    assert shown == "27 March 2026"
    assert not OneDate({"on": shown}, initial={"on": date(2026, 3, 27)}).has_changed()


def test_text_keeps_its_lines_and_loses_control_characters():
    assert TextField().clean("  one\r\n\r\ntwo\x07 cafe\u0301 ") == "one\n\ntwo caf\u00e9"


def test_line_breaks_count_once_against_the_limit():
    assert TextField(max_length=5).clean("ab\r\ncd") == "ab\ncd"
    with pytest.raises(forms.ValidationError, match="Shorten this to 1,000 characters: it has 1001"):
        TextField(max_length=1000).clean("x" * 1001)


def test_errors_speak_the_words_of_the_label():
    errors = EveryWidget({}).errors
    assert errors["text"] == ["Enter the case reference"]
    assert errors["one"] == ["Choose the service"]
    assert errors["many"] == ["Answer the question “Which?”"]
    assert errors["tick"] == ["Tick “I have checked this”"]
    assert errors["file"] == ["Choose the workbook"]
    assert EveryWidget({"one": "zzz"}).errors["one"] == ["Choose the service from the options"]


def test_a_forms_own_words_stay():
    class Own(Form):
        x = TextField(label="X", error_messages={"required": "Say why"})

    assert Own({}).errors["x"] == ["Say why"]


def test_days_and_numbers_out_of_bounds_are_asked_for_in_plain_words():
    class Counted(Form):
        on = DateField(label="Audited on")
        by = DateField(label="Due date")
        children = forms.IntegerField(label="Number of children", min_value=1, max_value=30)
        tool = TextField(label="The tool")
        found = TextField(label="What was found")

    errors = Counted({"children": "0"}).errors
    assert errors["on"] == ["Enter a date for “Audited on”"]
    assert errors["by"] == ["Enter the due date"]
    assert errors["children"] == ["Enter 1 or more"]
    assert errors["tool"] == ["Enter the tool"]
    assert errors["found"] == ["Enter what was found"]
    assert Counted({"children": "31"}).errors["children"] == ["Enter 30 or less"]


def test_fields_added_from_data_are_worded_too():
    form = Form({})
    form.fields["late"] = TextField(label="Reason")
    assert form.errors["late"] == ["Enter the reason"]


def test_the_title_of_a_refused_page_begins_with_error():
    title = Template("{% load govuk %}{% error_prefix %}Title")
    assert title.render(Context({"form": EveryWidget({})})) == "Error: Title"
    assert title.render(Context({"form": EveryWidget()})) == "Title"
    assert title.render(Context({})) == "Title"


def test_errors_of_formsets_and_lists_of_forms_are_summed_up_together():
    Rows = forms.formset_factory(EveryWidget, extra=0, min_num=2, validate_min=True)
    data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-text": "x"}
    html = Template("{% load govuk %}{% error_summary forms %}").render(Context({"forms": [Rows(data)]}))
    page = Markup(html)
    assert "#id_form-0-long" in summary_links(page)
    assert "Please submit at least 2 forms" in html


def test_a_whole_form_is_valid_when_all_is_given():
    data = {
        **{"text": "C-1", "long": "x", "free": "y", "on": "1/2/2026", "number": "2", "email": "a@b.example"},
        **{
            "secret": "s",
            "one": "a",
            "radio": "b",
            "many": ["a"],
            "several": ["b"],
            "tick": "on",
            "hidden": "h",
        },
    }
    assert EveryWidget(data, {"file": SimpleUploadedFile("a.xlsx", b"x")}).errors == {}
