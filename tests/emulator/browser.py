"""A real browser: the one that the machine has, driven by what comes with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE_S = 10
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run"),
    *("disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"),
)
Found = TypeVar("Found")


class Browser:
    """One window. Whatever is looked for is waited for."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def wait(self, condition: Callable[[], Found]) -> Found:
        """What the condition gives once it holds."""
        return WebDriverWait(self.driver, PATIENCE_S, 0.05).until(lambda _: condition())

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements("css selector", selector)

    def one(self, selector: str) -> WebElement:
        return self.wait(lambda: [found for found in self.all(selector) if found.is_displayed()])[0]

    def texts(self, selector: str) -> list[str]:
        """Of all that fits, in one look, so that nothing can be replaced meanwhile."""
        script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)"
        found: list[str] = self.driver.execute_script(script, selector)
        return found

    def shows(self, selector: str, text: str) -> bool:
        """Wait until something that fits holds the text."""
        return self.wait(lambda: any(text in one for one in self.texts(selector)))

    def complaints(self) -> list[str]:
        """What the console has of errors since the last look."""
        entries: list[dict[str, str]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start one with a new, empty profile; without one, skip on a desk and fail in CI."""
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    chromedriver = shutil.which("chromedriver")
    if program is None or chromedriver is None:
        reason = "there is no Chromium with its chromedriver here: .ci/browser installs them on Debian"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*_FLAGS, f"user-data-dir={profile}"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
