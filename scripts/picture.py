"""Take docs/swagger-ui.png, Swagger UI with the demo data: `python -m scripts.picture`. It takes Chromium."""

import os
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.data import DEMO_PASSWORD
from tests.tools.browser import Browser, browsing
from tests.tools.server import free_port, wait_for

PICTURE = Path(__file__).parents[1] / "docs" / "swagger-ui.png"
OPERATION = "#operations-locations-getActiveLocations"


def sign_in(browser: Browser) -> None:
    browser.click(".btn.authorize")
    browser.type("#oauth_username", "guard@example.com")
    browser.type("#oauth_password", DEMO_PASSWORD)
    browser.click(".auth-btn-wrapper .authorize")
    browser.wait_until("document.querySelector('.auth-container').innerText.includes('Authorized')")
    browser.click(".close-modal")


def take(browser: Browser, address: str) -> bytes:
    """Sign in as the demo guard, try an operation out, and look at its answer."""
    browser.do("Emulation.setDeviceMetricsOverride", width=1200, height=1350, deviceScaleFactor=1, mobile=False)
    browser.open(f"{address}/docs")
    sign_in(browser)
    browser.click("#operations-tag-locations")
    browser.click(f"{OPERATION} .opblock-summary-control")
    browser.click(f"{OPERATION} .try-out__btn")
    browser.click(f"{OPERATION} .execute")
    browser.wait_until(f"document.querySelector('{OPERATION} .live-responses-table')")
    browser.run("document.querySelector('#operations-tag-locations').scrollIntoView()")
    return b64decode(browser.do("Page.captureScreenshot", format="png")["data"])


if __name__ == "__main__":
    port = free_port()
    with TemporaryDirectory() as folder:
        own = {"DATABASE_URL": f"sqlite:///{folder}/logbook.db", "SECRET_KEY": "", "DEMO_DATA": "true"}
        command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port), "--log-level", "error"]
        server = subprocess.Popen(command, env=os.environ | own, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            wait_for(port)
            with browsing(Path(folder, "browser")) as browser:
                PICTURE.write_bytes(take(browser, f"http://127.0.0.1:{port}"))
        finally:
            server.terminate()
            server.wait()
