"""Nobody loses what they typed because they were signed out in the meantime."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.urls import Resolver404, resolve

from qa_audit.audits.actions.kept import MOST_BYTES, keep, named_by


class KeepUnsavedText:
    """Keeps what a signed-out person sent with a valid token, and offers it after sign-in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST" and getattr(request, "is_refused_as_signed_out", False):
            self._keep(request)
        return response

    def _keep(self, request):
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES or not _is_audit_page(request.path_info):
            return
        try:
            named = named_by(request.POST.get("token", ""))
        except (RequestDataTooBig, TooManyFieldsSent):
            return
        if named:
            user, audit = named
            keep(user=user, audit=audit, path=request.path, sent=request.POST)


def _is_audit_page(path: str) -> bool:
    try:
        return resolve(path).namespace == "audits"
    except Resolver404:
        return False
