"""The themes of findings: what there is, and how the QA lead keeps them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from qa_audit.common.merging import Merge
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.findings import actions
from qa_audit.findings.forms import ThemeForm
from qa_audit.findings.models import Theme
from qa_audit.findings.permissions import may_keep_themes


def themes(request):
    tops = Theme.objects.visible_to(request.user).tops().prefetch_related("children")
    return render(request, "findings/themes.html", {"tops": tops, "may_keep": may_keep_themes(request.user)})


def add_theme(request):
    form = ThemeForm(request.POST or None, initial={"parent": request.GET.get("under")})
    if form.is_valid():
        theme = actions.add_theme(
            title=form.cleaned_data["title"], parent=form.cleaned_data["parent"], by=request.user
        )
        messages.success(request, f"“{theme}” is added.")
        return redirect("findings:themes")
    return render(request, "findings/theme_form.html", {"form": form, "heading": "Add a theme"})


def change_theme(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user), pk=pk)
    stored = {"title": theme.title, "parent": theme.parent_id, "version": theme.version}
    form = ThemeForm(request.POST or None, initial=stored, theme=theme)
    page = {"form": form, "heading": f"Change “{theme}”"}
    if not form.is_valid():
        return render(request, "findings/theme_form.html", page)
    try:
        theme = actions.change_theme(theme=theme, by=request.user, **form.cleaned_data)
    except ChangedMeanwhile:
        merge = Merge(form, stored)
        return render(request, "findings/theme_form.html", {**page, "merge": merge}, status=409)
    messages.success(request, f"“{theme}” is saved.")
    return redirect("findings:themes")
