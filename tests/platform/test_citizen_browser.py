"""The public page in a real browser without a display: look up, complain, see the answer, add; on a phone; by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from platform_server import SITE, Caller, Server
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.ui import WebDriverWait
from support.citizen import code_sent
from test_citizen_page import ASKED, BORN, NAME, NUMBER, answer, dose, the_task  # noqa: F401  a fixture

from vaxplatform import registry

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
ABSENT = "not installed: chromium, chromedriver (packages chromium, chromium-driver)"
pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason=ABSENT)
PHONE, LAPTOP = (360, 740), (1366, 768)


@pytest.fixture(scope="module")
def chromium() -> Iterator[webdriver.Chrome]:
    """One browser for all tests of the file; cookies are cleared between them."""
    options = Options()
    options.binary_location = str(BROWSER)
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})  # none needed
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium: webdriver.Chrome, server: Server) -> webdriver.Chrome:
    with server.database.writing() as connection:
        registry.add_site(connection, registry.Site(SITE, "Trạm Y tế Phường 5, Quận 10", "Số 1 Phố Mẫu", "079"))
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", _metrics(PHONE))
    chromium.get(f"{server.base}/citizen")
    chromium.delete_all_cookies()
    chromium.get(f"{server.base}/citizen")
    return chromium


def _metrics(size: tuple[int, int]) -> dict[str, Any]:
    return {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}


def fill(browser: webdriver.Chrome, **fields: str) -> None:
    """As somebody types."""
    for name, value in fields.items():
        browser.find_element(By.ID, name).send_keys(value)


def press(browser: webdriver.Chrome, words: str) -> None:
    with another_page(browser):
        browser.find_element(By.XPATH, f"//button[text()='{words}'] | //a[@class='button'][text()='{words}']").click()


@contextmanager
def another_page(browser: webdriver.Chrome) -> Iterator[None]:
    """Waits until what was done inside has led to another page."""
    before = browser.find_element(By.TAG_NAME, "html")
    yield
    WebDriverWait(browser, 20).until(expected_conditions.staleness_of(before))


def text(browser: webdriver.Chrome) -> str:
    return str(browser.find_element(By.TAG_NAME, "body").text)


def must_fit(browser: webdriver.Chrome) -> None:
    """Nothing is wider than the phone."""
    root = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    assert root["width"] <= PHONE[0]


def picture_of(browser: webdriver.Chrome, folder: Path) -> Path:
    """A real photo, as a phone would make one."""
    file = folder / "giay.png"
    browser.save_screenshot(str(file))
    return file


def test_look_up_complain_be_asked_add_and_see_the_outcome(
    browser: webdriver.Chrome,
    server: Server,
    service: Caller,
    desk: Caller,
    dose: dict[str, Any],  # noqa: F811
    tmp_path: Path,
) -> None:
    fill(browser, number=NUMBER, name=NAME, birth_date="9/10/2003")
    must_fit(browser)
    press(browser, "Nhận mã xác nhận")
    fill(browser, code=code_sent(tmp_path / "platform"))
    press(browser, "Xem mũi tiêm")
    assert "FL4574" in text(browser)
    must_fit(browser)

    press(browser, "Gửi phản ánh")
    assert browser.find_element(By.ID, "name").get_attribute("value") == NAME  # known since the code
    fill(browser, phone="0912345678", words="Mũi 1 ngày 18/10 bị thiếu.", picture=str(picture_of(browser, tmp_path)))
    must_fit(browser)
    press(browser, "Gửi phản ánh")
    number, secret = (browser.find_element(By.ID, name).text for name in ("number", "secret"))
    assert "Trạm Y tế Phường 5" in text(browser)
    must_fit(browser)

    answer(desk, the_task(service), "on-hold", "Xin cho biết nơi đã tiêm mũi 1.", **ASKED)
    see(browser, server, number, secret)
    assert "Xin cho biết nơi đã tiêm mũi 1." in text(browser)
    fill(browser, words="Tại Trạm Y tế Phường 5.")
    press(browser, "Gửi bổ sung")
    assert "Cơ sở đang xem xét" in text(browser)
    answer(desk, the_task(service), "completed", "Đã bổ sung mũi 1.")
    see(browser, server, number, secret)
    assert "Đã giải quyết" in text(browser)
    must_fit(browser)
    assert number not in browser.current_url
    assert NUMBER not in browser.current_url


def see(browser: webdriver.Chrome, server: Server, number: str, secret: str) -> None:
    browser.get(f"{server.base}/citizen")
    fill(browser, complaint=number, secret=secret)
    press(browser, "Xem trả lời")


def test_the_keyboard_alone_is_enough(browser: webdriver.Chrome, service: Caller) -> None:
    keys = webdriver.ActionChains(browser)
    link = browser.find_element(By.LINK_TEXT, "Gửi phản ánh")
    for _ in range(12):
        if browser.switch_to.active_element == link:
            break
        keys.send_keys(Keys.TAB).perform()
    with another_page(browser):
        browser.switch_to.active_element.send_keys(Keys.ENTER)
    for name, typed in (
        ("name", NAME),
        ("birth_date", "09102003"),
        ("phone", "0912345678"),
        ("words", "Sai ngày tiêm"),
    ):
        for _ in range(12):
            if browser.switch_to.active_element.get_attribute("id") == name:
                break
            webdriver.ActionChains(browser).send_keys(Keys.TAB).perform()
        browser.switch_to.active_element.send_keys(typed)
    with another_page(browser):
        browser.find_element(By.ID, "phone").send_keys(Keys.ENTER)
    assert "Đã tiếp nhận phản ánh." in text(browser)
    said = {one["type"]["coding"][0]["code"]: one for one in the_task(service)["input"]}
    assert said["birth-date"]["valueDate"] == BORN


def test_what_is_wrong_stands_beside_its_field(browser: webdriver.Chrome) -> None:
    press(browser, "Gửi phản ánh")
    fill(browser, name=NAME, birth_date="9/10/2003", phone="12", words="Sai ngày tiêm")
    press(browser, "Gửi phản ánh")
    phone = browser.find_element(By.ID, "phone")
    said = browser.find_element(By.ID, str(phone.get_attribute("aria-describedby")))
    assert "bắt đầu bằng số 0" in said.text
    assert 0 <= said.rect["y"] - phone.rect["y"] < 120
    assert browser.find_element(By.ID, "words").get_attribute("value") == "Sai ngày tiêm"
    must_fit(browser)
