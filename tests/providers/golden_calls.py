"""What an adapter really sends, caught by its fake and compared with a readable JSON file kept beside the tests.

`WORKPRINT_UPDATE_GOLDEN=1` writes the files again; look at the difference before committing it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workprint.film.request import GenerationRequest
from workprint.ports.provider import ProviderCard
from workprint.testing.fakes.loopback import Call
from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.provider_contract import open_account, submit

FOLDER = Path(__file__).parent / "golden"
SEED = 424_242


async def catch_submit(card: ProviderCard, fake: FakeProvider, request: GenerationRequest, callback: str = "") -> Call:
    """The one paid call that a request becomes."""
    provider = card.make(open_account(fake))
    await submit(provider, request, number=0, seed=SEED, callback=callback)
    await provider.close()
    calls = [call for kind, call in fake.calls if kind == "submit"]
    assert len(calls) == 1, f"{len(calls)} paid calls"
    return calls[0]


def describe_call(call: Call, base: str, headers: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """A call as readable data. The fake's address becomes `{base}`, a file's digest `{digest}`: bytes of a picture are
    another library's business."""
    form = {
        name: f"a file named {file_name}" if file_name else content.decode()
        for name, (content, file_name) in call.parts().items()
    }
    told: dict[str, Any] = {"method": call.method, "path": call.path}
    told |= {"query": dict(call.query)} if call.query else {}
    told |= {"headers": {name: call.headers.get(name) for name in headers}} if headers else {}
    told |= {"form": form} if form else {"body": call.fields()}
    text = re.sub(r"\b[0-9a-f]{16}(?=\.[a-z0-9]+\b)", "{digest}", json.dumps(told).replace(base, "{base}"))
    plain: Mapping[str, Any] = json.loads(re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,...", text))
    return plain


def check_golden(provider: str, name: str, told: Mapping[str, Any]) -> None:
    """Compare with the kept file."""
    path = FOLDER / provider / f"{name}.json"
    if os.environ.get("WORKPRINT_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert told == json.loads(path.read_text(encoding="utf-8"))
