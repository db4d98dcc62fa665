"""The pages about the product, and its health."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.shortcuts import render

from qa_audit.history import triggers


@login_not_required
def accessibility(request):
    return render(request, "home/accessibility.html")


@login_not_required
def privacy(request):
    return render(request, "home/privacy.html")


@login_not_required
def help_page(request):
    return render(request, "home/help.html")


@login_not_required
def live(request):
    """The process answers."""
    return JsonResponse({"live": True})


@login_not_required
def ready(request):
    """The database answers, is migrated, and its history is protected; 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        facts = {
            "database": True,
            "migrations": not executor.migration_plan(executor.loader.graph.leaf_nodes()),
            "history": not triggers.missing(connection),
        }
    except DatabaseError:
        facts = {"database": False}
    is_ready = all(facts.values())
    return JsonResponse({"ready": is_ready, **facts}, status=200 if is_ready else 503)
