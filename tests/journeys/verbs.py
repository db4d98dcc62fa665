"""What a person does in a browser, in the words of the page: by mouse, or by keyboard alone."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Download, Locator, Page, expect

from qa_audit.common.wording import clock

# More than any page has; who needs as many goes round in circles.
MOST_STOPS = 400
IS_FOCUSED = "one => one === document.activeElement"
IS_GROUP_FOCUSED = (
    "one => document.activeElement.type === 'radio' && document.activeElement.name === one.name"
)


class Person:
    """A person at a browser window, with a mouse."""

    def __init__(self, window: Page):
        self.window = window

    # --- What they do
    def opens(self, address: str) -> None:
        self.window.goto(address)

    def follows(self, link: str) -> None:
        self._press(self._named("link", link))

    def presses(self, button: str) -> None:
        self._press(self._named("button", button))

    def types(self, text: str, *, into: str) -> None:
        self._type(self.window.get_by_label(into, exact=True), text)

    def chooses(self, answer: str, *, of: str) -> None:
        self._choose(self._group(of).get_by_label(answer, exact=True))

    def picks(self, option: str, *, of: str) -> None:
        self._pick(self.window.get_by_label(of, exact=True), option)

    def sends(self, file, *, with_button: str) -> None:
        self.window.locator("input[type=file]").set_input_files(file)
        self.presses(with_button)

    def downloads(self, link: str, role: str = "link") -> Download:
        with self.window.expect_download() as downloaded:
            self._press(self._named(role, link))
        return downloaded.value

    def opens_figure(self, words: str) -> None:
        """One of the large figures on top of a report, by the words under it."""
        self._press(self._figure(words).get_by_role("link"))

    def opens_cell(self, text: str, *, of_row: str, in_table: str) -> None:
        row = self._named("table", in_table).get_by_role("row").filter(has_text=of_row)
        self._press(row.get_by_role("link", name=text, exact=True))

    def follows_first(self, beginning: str) -> None:
        self._press(self.window.get_by_role("link", name=beginning).first)

    def opens_another_tab(self) -> "Person":
        return type(self)(self.window.context.new_page())

    def follows_into_a_new_tab(self, link: str) -> "Person":
        with self.window.expect_popup() as opened:
            self.follows(link)
        return type(self)(opened.value)

    def comes_back(self) -> None:
        """To this tab, from another."""
        self.window.bring_to_front()
        self.window.evaluate("dispatchEvent(new Event('focus'))")

    # --- What they see
    def sees(self, text: str) -> None:
        expect(self.window.get_by_text(text).first).to_be_visible()

    def does_not_see(self, text: str) -> None:
        expect(self.window.get_by_text(text)).to_have_count(0)

    def does_not_see_now(self, text: str) -> None:
        """It stands in the page, hidden."""
        expect(self.window.get_by_text(text)).to_be_hidden()

    def sees_cell(self, text: str) -> None:
        expect(self.window.get_by_role("cell", name=text, exact=True).first).to_be_visible()

    def sees_rows(self, number: int, *, in_table: str) -> None:
        expect(self._named("table", in_table).locator("tbody tr")).to_have_count(number)

    def sees_figure(self, number: int, words: str) -> None:
        expect(self._figure(words).locator(".sight-figure__number")).to_have_text(str(number))

    def is_on(self, heading: str | re.Pattern) -> None:
        expect(self.window.get_by_role("heading", level=1)).to_contain_text(heading)

    def sees_typed(self, text: str, *, into: str) -> None:
        expect(self.window.get_by_label(into, exact=True)).to_have_value(text)

    def sees_chosen(self, answer: str, *, of: str) -> None:
        expect(self._group(of).get_by_label(answer, exact=True)).to_be_checked()

    def sees_saved(self) -> None:
        """The state of saving, with the minute on the server's clock."""
        now = timezone.now()
        either = (
            f"Saved ({clock(now - timedelta(minutes=1))}|{clock(now)}|{clock(now + timedelta(minutes=1))})"
        )
        expect(self.window.get_by_role("status")).to_have_text(re.compile(either))

    # --- How they do it
    def _named(self, role: str, name: str) -> Locator:
        return self.window.get_by_role(role, name=name, exact=True)

    def _figure(self, words: str) -> Locator:
        return self.window.locator(".sight-figure", has=self.window.get_by_text(words, exact=True))

    def _group(self, legend: str) -> Locator:
        return self.window.get_by_role("group", name=legend, exact=True)

    def _press(self, target: Locator) -> None:
        # Once its scripts have run: they still move what is on the page, and a click would miss.
        self.window.wait_for_load_state()
        target.click()

    def _type(self, target: Locator, text: str) -> None:
        target.fill(text)

    def _choose(self, target: Locator) -> None:
        target.check()

    def _pick(self, target: Locator, option: str) -> None:
        target.select_option(label=option)


class KeyboardPerson(Person):
    """A person who has no mouse: Tab, arrows, Space, Enter and letters."""

    def _go_to(self, target: Locator, is_there: str = IS_FOCUSED) -> None:
        for _ in range(MOST_STOPS):
            if target.evaluate(is_there):
                return
            self.window.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def _press(self, target: Locator) -> None:
        self._go_to(target)
        self.window.keyboard.press("Enter")

    def _type(self, target: Locator, text: str) -> None:
        self._go_to(target)
        self.window.keyboard.press("Control+A")
        self.window.keyboard.type(text)

    def _choose(self, target: Locator) -> None:
        self._go_to(target, IS_GROUP_FOCUSED)
        for _ in range(20):
            if target.evaluate(IS_FOCUSED):
                break
            self.window.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.window.keyboard.press("Space")
        expect(target).to_be_checked()

    def _pick(self, target: Locator, option: str) -> None:
        self._go_to(target)
        self.window.keyboard.type(option)
        expect(target.locator("option:checked")).to_have_text(option)
