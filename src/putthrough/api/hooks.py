"""The door for networks that bring messages by themselves: signature, row, 200. They try again on anything else."""

from __future__ import annotations

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from putthrough.channels.contract import ChannelError
from putthrough.intake.webhooks import NoSuchHook, bring, challenge
from putthrough.kit.secrets import Sealed

log = structlog.get_logger()

LARGEST = 8 * 1024 * 1024


@csrf_exempt  # no browser comes here: the network's own signature says who it is
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """200 once it is kept; 400 or 403 with words when it cannot be; 503 when the network should come again."""
    try:
        if request.method == "GET":
            return HttpResponse(challenge(key, pk, request.GET.dict()), content_type=_answer_type(request))
        return _brought(request, key, pk)
    except NoSuchHook as error:
        return _refused(404, str(error))
    except ChannelError as error:
        log.warning("a webhook was refused", account=pk, words=str(error))
        return _refused(403 if error.permanent else 400, str(error))
    except (Sealed, DatabaseError) as error:
        log.error("a webhook could not be kept", account=pk, kind=type(error).__name__)
        return _refused(503, "It could not be kept just now. Bring it again.")


def _brought(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST:
        return _refused(413, f"More than {LARGEST} bytes at once are not taken. Bring it in smaller parts.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return JsonResponse({"kept": bring(key, pk, headers, request.read(LARGEST))})


def _answer_type(request: HttpRequest) -> str:
    return "application/json" if "crc_token" in request.GET else "text/plain"


def _refused(status: int, words: str) -> HttpResponse:
    return JsonResponse({"error": words}, status=status)
