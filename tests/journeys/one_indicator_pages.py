"""The pages of one indicator, with commentary and action steps, and of caseloads; and their error states."""

from collections.abc import Callable

from tests.factories.kpi import ObservationFactory, TargetFactory
from tests.journeys.pages import Address, Page, at, clear, error, press
from tests.journeys.scene import Scene

FALLS = [100, 99, 99, 100, 99, 99, 99, 100, 99, 98, 96, 86]


def of_ours(name: str, *nouns: str, in_month: str = "", **query) -> Address:
    """A page with the slug of our indicator or the number of one of its rows in its address."""

    def address(scene: Scene) -> str:
        rows = scene.world.ours["packs"]
        keys = [getattr(rows[noun], "pk", rows[noun]) for noun in nouns]
        return scene.address(name, *keys, *([in_month] if in_month else []), **query)

    return address


def with_a_year_of_figures(name: str) -> Callable[[Scene], str]:
    """Our indicator with months enough for limits, a target, and a figure that was revised."""

    def address(scene: Scene) -> str:
        step = scene.world.ours["packs"]["step"]
        version = step.indicator.versions.get()
        TargetFactory(indicator=step.indicator)
        for number, value in enumerate(FALLS):
            year, index = divmod(2025 * 12 + 3 + number, 12)
            figure = {"indicator_version": version, "month": f"{year}-{index + 1:02}-01", "denominator": 100}
            old = ObservationFactory(**figure, numerator=value, is_current=number != 5)
            if number == 5:
                ObservationFactory(**figure, numerator=97, revision=2, replaces=old, reason="Counted twice")
        return scene.address(name, version.indicator.slug)

    return address


def _form(name: str, person: str, address: Address, then) -> list[Page]:
    """A form as it opens, and with what it refuses."""
    return [Page(name, person, address), error(name, person, address, then)]


WRITE = of_ours("commentary:write", "slug", in_month="2026-02")
STEP = of_ours("commentary:add_step", "slug", in_month="2026-04")
ONE_INDICATOR = [
    *(
        Page(f"one indicator, for the {person}", person, with_a_year_of_figures("packs:indicator"))
        for person in ("analyst", "head", "manager", "auditor")
    ),
    error("one indicator", "head", of_ours("packs:indicator", "slug", month="2031-01")),
    *_form("limits of a chart", "analyst", of_ours("packs:set_baseline", "slug"), press("Set these limits")),
    Page("commentary that waits, for a head", "head", at("commentary:list")),
    Page("commentary that waits, for the analyst", "analyst", at("commentary:list")),
    error("commentary that waits", "head", at("commentary:list", month="2031-01")),
    Page("commentary, for a head", "head", of_ours("commentary:detail", "draft")),
    Page("commentary, for the analyst", "analyst", of_ours("commentary:detail", "commentary")),
    *_form("write commentary", "head", WRITE, press("Save the draft")),
    *_form("return commentary", "analyst", of_ours("commentary:return", "commentary"), press("Return it")),
    *_form("add an action step", "head", STEP, press("Save")),
    *_form(
        "change an action step",
        "head",
        of_ours("commentary:change_step", "step"),
        clear("owner_role", "Save"),
    ),
    *_form("end an action step", "head", of_ours("commentary:end_step", "step"), press("Save")),
    *(Page(f"caseloads, for the {person}", person, at("packs:caseloads")) for person in ("head", "manager")),
    error("caseloads", "head", at("packs:caseloads", on="2031-01-01")),
]
