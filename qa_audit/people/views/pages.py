from django.shortcuts import render


def form_page(request, form, *, title: str, button: str, back: str, caption: str = ""):
    """A page that is one form, below what somebody else saved in the meantime where there is such."""
    context = {"form": form, "title": title, "button": button, "back": back, "caption": caption}
    return render(request, "people/form.html", context, status=form.status)
