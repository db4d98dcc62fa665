"""The product's addresses and, beside them, the pages it is measured against."""

from django.urls import include, path

from bench import bare, floors

urlpatterns = [
    path("", include("qa_audit.urls")),
    path("bench/count-per-cell/", floors.count_per_cell, name="bench-count-per-cell"),
    path("bench/empty/", floors.empty, name="bench-empty"),
    path("bench/bare/", bare.page, name="bench-bare"),
    path("bench/save/", floors.save, name="bench-save"),
]
