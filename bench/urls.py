"""The product's addresses and, beside them, the pages it is measured against."""

from django.urls import include, path

from bench import bare, floors, plain_measures

urlpatterns = [
    path("", include("qa_audit.urls")),
    path("bench/self-evaluation/", floors.self_evaluation, name="bench-self-evaluation"),
    path("bench/count-per-cell/", floors.count_per_cell, name="bench-count-per-cell"),
    path("bench/list/", floors.audit_list, name="bench-list"),
    path("bench/<slug:reference>/form/<slug:key>/", floors.audit_form, name="bench-form"),
    path("bench/dataset/", plain_measures.dataset, name="bench-dataset"),
    path("bench/indicator/", plain_measures.indicator, name="bench-indicator"),
    path("bench/empty/", plain_measures.empty, name="bench-empty"),
    path("bench/bare/", bare.page, name="bench-bare"),
]
