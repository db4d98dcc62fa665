"""What is around every page: the menu, the links of its head and foot, and notices that wait."""

from functools import cache, lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

from qa_audit.notices.models import ANY_UNACKNOWLEDGED, Notice
from qa_audit.people.models import User
from qa_audit.policy import POLICY, opens_to

NAVIGATION = [
    ("Home", "home:index"),
    ("Audits", "audits:list"),
    ("Learning", "learning:list"),
    ("Findings", "home:findings"),
    ("Measures", "packs:index"),
    ("Tools", "tools:list"),
    ("Reports", "reports:index"),
    ("People", "people:list"),
    ("Services", "people:services:list"),
]
# What the base template leads to.
ON_EVERY_PAGE = (
    *("people:account", "people:stay", "account_logout", "account_login"),
    *("home:help", "home:accessibility", "home:privacy"),
)
# Namespaces without an entry of their own.
PART_OF = {"indicators": "packs", "returns": "packs"}


def page_context(request) -> dict:
    """What the base template needs; worked out only when printed: error pages touch no database."""
    user = getattr(request, "user", None)
    is_signed_in = user is not None and user.is_authenticated
    return {
        "product_name": settings.PRODUCT_NAME,
        "council_name": settings.COUNCIL_NAME,
        "is_demo": settings.DEBUG and not settings.TESTING,
        "idle_seconds": settings.IDLE_MINUTES * 60 if is_signed_in else 0,
        "addresses": addresses(get_script_prefix()),
        "navigation": lambda: _navigation(request) if is_signed_in else "",
        "notices_for_me": SimpleLazyObject(lambda: _notices_for(user) if is_signed_in else []),
    }


def _notices_for(user: User) -> list[Notice]:
    # Mostly nothing waits for anybody, and then nobody's roles have to be looked at.
    return list(Notice.objects.waiting_for(user)) if ANY_UNACKNOWLEDGED.rows() else []


@cache
def addresses(prefix: str) -> dict[str, str]:
    """Where every page leads, by the last part of the name: help, account. In: the site's script prefix."""
    return {name.rpartition(":")[2]: reverse(name) for name in ON_EVERY_PAGE}


def _navigation(request) -> SafeString:
    here = request.resolver_match.view_name if request.resolver_match else ""
    return navigation(request.user.roles, here, get_script_prefix())


@lru_cache(maxsize=2048)
def navigation(roles: frozenset, here: str, prefix: str) -> SafeString:
    """The menu of people with these roles on the page with this name: the same whoever they are."""
    items = [
        {"text": text, "href": reverse(name), "is_current": _is_within(here, name)}
        for text, name in NAVIGATION
        if opens_to(roles, POLICY[name]["GET"])
    ]
    return render_to_string("components/navigation.html", {"items": items})


def _is_within(here: str, name: str) -> bool:
    """Whether a page belongs to this entry of the navigation. The home namespace has several entries."""
    namespace, of_page = name.rpartition(":")[0], here.rpartition(":")[0]
    return here == name or (namespace != "home" and PART_OF.get(of_page, of_page) == namespace)
