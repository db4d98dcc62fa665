"""The pages on which an analyst keeps indicators, and their error states."""

from tests.journeys.pages import Address, Page, at, clear, error, press
from tests.journeys.scene import Scene


def of_kept(name: str, *nouns: str, **query) -> Address:
    """A page with the slug of the indicator or the number of one of its rows in its address."""
    return lambda scene: scene.address(name, *(scene.world.measures[noun] for noun in nouns), **query)


def on_sheet(name: str, **query) -> Address:
    return of_kept(name, "slug", **query)


def _form(name: str, address: Address, then=None, status: int = 200) -> list[Page]:
    """A form as it opens, and with what it refuses."""
    return [Page(name, "analyst", address), error(name, "analyst", address, then, status)]


def _lists(*names: str) -> list[Page]:
    return [Page(f"{name} of indicators", "analyst", at(f"indicators:{name}")) for name in names]


def retire(scene: Scene) -> str:
    return scene.address("indicators:retire", scene.world.measures["slug"])


INDICATORS = [
    Page("indicators", "analyst", at("indicators:list")),
    Page("indicators, none found", "head", at("indicators:list", text="nothing like it")),
    Page("indicator, for the analyst", "analyst", on_sheet("indicators:sheet")),
    Page("indicator, for a head", "head", on_sheet("indicators:sheet", month="April 2026")),
    error("indicator", "analyst", on_sheet("indicators:sheet", month="spring")),
    *_form("add an indicator", at("indicators:add"), press("Add")),
    *_form("change an indicator", on_sheet("indicators:change"), clear("order", "Save")),
    *_form("add a version", on_sheet("indicators:add_version"), press("Save")),
    *_form("change a version", of_kept("indicators:change_version", "version"), clear("title", "Save")),
    *_form("retire an indicator", retire, press("Retire")),
    *_form("link a component", on_sheet("indicators:link_component"), press("Link")),
    *_lists("targets", "benchmarks", "populations", "thresholds", "areas", "months", "aliases"),
    error("targets of indicators", "analyst", at("indicators:targets", month="spring")),
    *_form("set a target", on_sheet("indicators:set_target"), press("Save", value="soon")),
    *_form("change a target", of_kept("indicators:change_target", "target"), clear("value", "Save")),
    Page("remove a target", "analyst", of_kept("indicators:remove_target", "target")),
    *_form("set a benchmark", on_sheet("indicators:set_benchmark"), press("Save")),
    *_form("set a population", at("indicators:set_population"), press("Save")),
    *_form("set a threshold", at("indicators:set_threshold"), press("Save")),
    *_form("add an area", at("indicators:add_area"), press("Add")),
    *_form("lock a month", at("indicators:lock_month"), press("Lock")),
    *_form("open a month again", of_kept("indicators:unlock_month", "month"), press("Open this month")),
    *_form("add another name of a team", at("indicators:add_alias"), press("Add")),
    *_form(
        "days of another name",
        of_kept("indicators:change_alias", "alias"),
        press("Save", starts_on="spring"),
    ),
]
