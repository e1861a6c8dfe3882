"""Standard Webhooks: the published example, several signatures, age, other versions, spellings of base64."""

from __future__ import annotations

import base64

import pytest

from workprint.lab.standard_webhooks import MOST_SIGNATURES, TOLERANCE_S, read_secret, sign, verify
from workprint.ports.provider import HookRefused

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, TIME = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""The example of the Standard Webhooks and Svix libraries' own tests."""


def _headers(signature: str = SIGNATURE, moment: str = str(TIME), message: str = ID) -> dict[str, str]:
    return {"webhook-id": message, "webhook-timestamp": moment, "webhook-signature": signature}


def test_the_published_example_is_signed_and_taken() -> None:
    """Our signature is the one of the reference libraries."""
    assert sign(SECRET, ID, TIME, BODY) == SIGNATURE
    assert verify(SECRET, _headers(), BODY, TIME) == ID
    assert verify(SECRET.removeprefix("whsec_"), _headers(), BODY, TIME) == ID


def test_any_one_of_several_signatures_counts() -> None:
    """While a secret is being changed a delivery carries two; other versions among them do not disturb."""
    other = sign("whsec_" + base64.b64encode(b"another secret of thirty bytes").decode(), ID, TIME, BODY)
    assert verify(SECRET, _headers(f"v1a,AAAA {other} {SIGNATURE}"), BODY, TIME) == ID
    with pytest.raises(HookRefused):
        verify(SECRET, _headers(other), BODY, TIME)
    with pytest.raises(HookRefused):
        verify(SECRET, _headers(" ".join([other] * MOST_SIGNATURES + [SIGNATURE])), BODY, TIME)


@pytest.mark.parametrize("moved_s", [-TOLERANCE_S, 0, TOLERANCE_S])
def test_a_delivery_may_be_five_minutes_off(moved_s: int) -> None:
    """Up to the tolerance a delivery is taken, whichever clock is late."""
    assert verify(SECRET, _headers(), BODY, TIME + moved_s) == ID


@pytest.mark.parametrize("moved_s", [-TOLERANCE_S - 1, TOLERANCE_S + 1, 10**9])
def test_an_old_or_future_delivery_is_refused(moved_s: int) -> None:
    """Beyond the tolerance it is refused, though its signature is right."""
    with pytest.raises(HookRefused):
        verify(SECRET, _headers(), BODY, TIME + moved_s)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        _headers(""),
        _headers(message=""),
        _headers(message=f"{ID}.{TIME}"),
        _headers(moment=""),
        _headers(moment=f"{TIME}.0"),
        _headers(moment=f"-{TIME}"),
        _headers(moment=f" {TIME}"),
        _headers(moment="١٦١٤٢٦٥٣٣٠"),
        _headers(moment="9" * 400),
        _headers(SIGNATURE.replace("v1,", "v2,")),
        _headers(SIGNATURE.replace("v1,", "")),
        _headers(SIGNATURE.lower()),
        _headers(SIGNATURE[:-2] + "F="),
        _headers(SIGNATURE + "\n"),
        _headers("v1," + "é" * 44),
    ],
)
def test_what_is_out_of_form_is_refused(headers: dict[str, str]) -> None:
    """Missing, malformed and otherwise spelled headers are refused, not crashed on."""
    with pytest.raises(HookRefused):
        verify(SECRET, headers, BODY, TIME)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_!!!", "", "whsec_é"])
def test_a_secret_that_is_none_is_an_error(secret: str) -> None:
    """A damaged secret never becomes an empty key that anybody could sign with."""
    with pytest.raises(ValueError, match=r"secret|ASCII"):
        read_secret(secret)
