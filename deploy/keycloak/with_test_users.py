"""The realm with people in it, for tests and demonstrations alone: their passwords are in this repository.

    python deploy/keycloak/with_test_users.py > import/vigie-realm.json

Keycloak's own partial import cannot put groups below groups that exist (26.5 answers 409), so the two files become one.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def merged_realm(name: str = "vigie", web_url: str = "http://127.0.0.1:8090") -> dict[str, Any]:
    """The realm file and users-test.json as one.

    Args:
        name: of the realm.
        web_url: of the web pages; Keycloak fills the placeholder itself only for files that it imports at its start.
    """
    text = (_FOLDER / "realm-vigie.json").read_text(encoding="utf-8")
    realm: dict[str, Any] = json.loads(re.sub(r"\$\{VIGIE_WEB(?:_INSIDE)?_URL:[^}]*\}", web_url, text))
    people = json.loads((_FOLDER / "users-test.json").read_text(encoding="utf-8"))
    return realm | {"realm": name, "groups": people["groups"], "users": realm["users"] + people["users"]}


if __name__ == "__main__":
    json.dump(merged_realm(), sys.stdout, indent=2, ensure_ascii=False)
