from django.urls import path

from qa_audit.audits.views import (
    answers,
    checking,
    detail,
    feedback,
    filling,
    findings,
    kept,
    listing,
    past,
    safety,
    searching,
    sign_off,
    starting,
)

app_name = "audits"
urlpatterns = [
    # Listing and finding
    path("", listing.audit_list, name="list"),
    path("export/", listing.export, name="export"),
    path("search/", searching.search, name="search"),
    path("allocate/", sign_off.allocate, name="allocate"),
    # Filling in
    path("start/", starting.start, name="start"),
    path("kept/", kept.kept_list, name="kept"),
    path("kept/<int:pk>/", kept.kept, name="kept_text"),
    path("kept/<int:pk>/put-back/", kept.put_back, name="put_back"),
    path("kept/<int:pk>/throw-away/", kept.throw_away, name="throw_away"),
    path("<slug:reference>/fill/", filling.fill, name="fill"),
    path("<slug:reference>/fill/<slug:key>/", answers.page, name="page"),
    path("<slug:reference>/all/", answers.everything, name="all"),
    path("<slug:reference>/save/", answers.save, name="save"),
    path("<slug:reference>/header/", starting.header, name="header"),
    path("<slug:reference>/findings/add/<slug:kind>/", findings.add, name="add_finding"),
    path("<slug:reference>/findings/<int:pk>/", findings.change, name="change_finding"),
    path("<slug:reference>/findings/<int:pk>/remove/", findings.remove, name="remove_finding"),
    path("<slug:reference>/safety/", safety.safety, name="safety"),
    path("<slug:reference>/check/", checking.check, name="check"),
    path("<slug:reference>/check/not-a-name/", checking.not_a_name, name="not_a_name"),
    path("<slug:reference>/submit/", checking.submit, name="submit"),
    path("<slug:reference>/feedback/", feedback.feedback, name="feedback"),
    # One audit and its moves
    path("<slug:reference>/", detail.detail, name="detail"),
    path("<slug:reference>/copy/", detail.practitioner_copy, name="copy"),
    path("<slug:reference>/share/", sign_off.share, name="share"),
    path("<slug:reference>/return/", sign_off.return_to_auditor, name="return"),
    path("<slug:reference>/accuracy/", sign_off.note_accuracy, name="accuracy"),
    path("<slug:reference>/agree/", sign_off.agree, name="agree"),
    path("<slug:reference>/hand-over/", sign_off.hand_over, name="hand_over"),
    path("<slug:reference>/withdraw/", sign_off.withdraw, name="withdraw"),
    path("<slug:reference>/history/", past.history, name="history"),
    path("<slug:reference>/history/<int:sequence>/", past.difference, name="difference"),
]
