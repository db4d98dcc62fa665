"""The design system's components, drawn from Django: one Jinja environment, one function."""

import re
from functools import cache, lru_cache

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

PACKAGE = "govuk_frontend_jinja"
# Drawn once for the same parameters, then kept: forms repeat them. None of these holds what a person typed.
CACHED = frozenset({"back-link", "button", "checkboxes", "radios", "select", "skip-link", "tag"})


@cache
def _environment() -> Environment:
    return Environment(
        loader=PrefixLoader({PACKAGE: PackageLoader(PACKAGE)}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _macro(name: str):
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
        raise ValueError(f"{name!r} is not the name of a component")
    template = _environment().get_template(f"{PACKAGE}/components/{name}/macro.html")
    return getattr(template.module, "govuk" + name.title().replace("-", ""))


def render_component(name: str, params: dict) -> SafeString:
    """The component's HTML. Text is escaped wherever it goes, also where a parameter asks for HTML."""
    if name in CACHED:
        return _cached(name, _frozen(params))
    return _drawn(name, params)


def _drawn(name: str, params: dict) -> SafeString:
    held: list[str] = []
    drawn = str(_macro(name)(_safe_params(params, held))).strip()
    for number, html in enumerate(held):
        drawn = drawn.replace(_place(number), html)
    # The macro escapes what it is given; what it does not escape is in `held`, which is safe.
    return mark_safe(drawn)  # noqa: S308


def _place(number: int) -> str:
    return f"\0held-{number}\0"


@lru_cache(maxsize=2048)
def _cached(name: str, frozen: tuple) -> SafeString:
    return _drawn(name, _thawed(frozen))


def _safe_params(value, held: list[str], key: str = ""):
    """The parameters without the empty ones; for HTML a place holder, which keeps the macros' indenting
    out of it: the lines of a text box inside would grow spaces with every save."""
    if isinstance(value, dict):
        trusted = "slots" if key == "slots" else ""
        return {k: _safe_params(v, held, trusted or k) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_safe_params(item, held) for item in value]
    if key == "attributes":
        raise TypeError("attributes of a component are given as a dict")
    if value and (key == "slots" or key.lower().endswith("html")):
        held.append(conditional_escape(value))
        return Markup(_place(len(held) - 1))  # noqa: S704
    return value.replace("\0", "") if type(value) is str else value


def _frozen(value):
    """A hashable copy. The class is part of it: safe and unsafe text, or 1 and True, must not be confused."""
    if isinstance(value, dict):
        return dict, tuple((k, _frozen(v)) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return list, tuple(_frozen(item) for item in value)
    if isinstance(value, (str, int, type(None))):
        return type(value), value
    return str, str(value)


def _thawed(frozen):
    kind, value = frozen
    if kind is dict:
        return {k: _thawed(v) for k, v in value}
    if kind is list:
        return [_thawed(item) for item in value]
    return value


@lru_cache(maxsize=512)
def tag_html(kind: str, value: str, label: str) -> SafeString:
    """A tag in the colour its kind and value have in the style sheet; the label carries the meaning."""
    if not label:
        return mark_safe("")
    colour = re.sub(r"[^a-z0-9]+", "-", str(value).lower())
    return format_html('<strong class="govuk-tag sight-{}--{}">{}</strong>', kind, colour, str(label))
