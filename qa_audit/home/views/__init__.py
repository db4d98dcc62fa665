"""What waits for me, findings, the pages about the product, its health, and its error pages."""

from qa_audit.home.views.findings import download as findings_download  # noqa: F401
from qa_audit.home.views.findings import finding_list  # noqa: F401
from qa_audit.home.views.pages import accessibility, help_page, live, privacy, ready  # noqa: F401
from qa_audit.home.views.problems import (  # noqa: F401
    bad_request,
    csrf_failure,
    forbidden,
    not_found,
    server_error,
)
from qa_audit.home.views.waiting import index  # noqa: F401
