"""What other people's tools make of both descriptions: two linters, and a proxy that compares real answers with them.

`npm ci` in this folder installs the tools; without them there is nothing to test here.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from main import app
from models import Role
from security import new_token
from tests.test_access import MAY
from tests.tools.server import free_port, serving, wait_for
from tests.world import ACTIONS, build, request_for

FOLDER = Path(__file__).parent
TOOLS = FOLDER / "node_modules" / ".bin"
ENVIRONMENT = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}

pytestmark = pytest.mark.skipif(not TOOLS.exists(), reason="The tools are not installed: npm ci in tests/tools")


@pytest.fixture(scope="module", params=["openapi.json", "openapi-3.0.json"])
def document(request: pytest.FixtureRequest) -> str:
    return str(FOLDER.parents[1] / "openapi" / request.param)


def run(tool: str, *arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    command = [TOOLS / tool, *arguments]
    ended = subprocess.run(command, env=ENVIRONMENT, cwd=FOLDER, capture_output=True, text=True, timeout=120)  # noqa: S603
    return ended.returncode, ended.stdout + ended.stderr


def test_redocly_finds_no_error(document):
    code, output = run("redocly", "lint", document)
    assert code == 0, output


def test_spectral_finds_no_error(document):
    code, output = run("spectral", "lint", "--ruleset", "spectral.yaml", document)
    assert code == 0, output


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def proxy(document: str, server: str) -> Iterator[str]:
    """Prism between a client and the server: what the document does not describe becomes an error of its own."""
    port = free_port()
    command = [TOOLS / "prism", "proxy", document, server, "--errors", "--port", str(port), "--verboseLevel", "error"]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL)  # noqa: S603
    wait_for(port)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_what_is_sent_and_answered_is_what_the_document_says(proxy, action):
    role = max(MAY[action.who][1], key=list(Role).index)  # the lowest
    build(owner=role)
    token = new_token("other" if action.name == "clockIn" else "owner")  # the owner is on duty
    headers = {} if action.who == "public" else {"Authorization": f"Bearer {token}"}
    request = request_for(action.name, role)
    request["url"] = proxy + request["url"]
    answer = httpx2.request(**request, headers=headers, timeout=30)
    assert answer.status_code == action.success, answer.text
    assert "sl-violations" not in answer.headers
