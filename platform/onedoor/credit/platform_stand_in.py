"""A small real HTTP receiver that stands for an outside credit platform (R-O2).

It serves on 127.0.0.1 in a thread of its own and keeps to the protocol that `sending` speaks:
`POST /batches` with a bearer token and an `Idempotency-Key`, one receipt per record in the answer. The
same key with the same content gets the same receipts again and changes nothing. Its checks are its own:
what a sender thinks right may still be refused here, with the reason.
"""

from __future__ import annotations

import hmac
import json
import os
import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound, Unauthorized
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from onedoor.credit import platform_stand_in_checks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Receipt = dict[str, Any]


class _Quiet(WSGIRequestHandler):
    """Says nothing on the terminal of whoever runs the receiver."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Drop the line."""


class Receiver(AbstractContextManager["Receiver"]):
    """The platform, running: `with Receiver() as platform: … platform.url`.

    `memory` is a JSON file it remembers across restarts; `token` None accepts any bearer token.
    `records` is what it holds now by record number, `receipts` all it gave, in order, `batches` the
    batches it took in by idempotency key.
    """

    def __init__(self, memory: Path | None = None, token: str | None = None) -> None:
        self.batches: dict[str, dict[str, Any]] = {}
        self.records: dict[str, dict[str, Any]] = {}
        self.receipts: list[Receipt] = []
        self.names: dict[str, str] = {}
        self.calls: Counter[str] = Counter()
        self._memory, self._token = memory, token
        self._faults: list[tuple[str, Any]] = []
        self._lock = threading.Lock()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        if memory is not None and memory.exists():
            self._remember(json.loads(memory.read_text(encoding="utf-8")))

    def __enter__(self) -> Receiver:
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="credit-receiver", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None, "enter the receiver first"
        return f"http://127.0.0.1:{self._server.server_port}"

    def knows(self, code: str, name: str) -> None:
        """The platform's own register has this name for the firm; another name is refused."""
        self.names[code] = name

    def fail(self, status: int = 503, times: int = 1) -> None:
        """Refuse the next calls with this status, without taking anything in."""
        self._faults += [("refuse", status)] * times

    def lose_answer(self, times: int = 1) -> None:
        """Take the next batches in, but answer as a gateway that broke in between."""
        self._faults += [("lose", None)] * times

    def babble(self, body: bytes = b"<html>maintenance</html>", times: int = 1) -> None:
        """Take the next batches in, and answer something that is no receipt."""
        self._faults += [("babble", body)] * times

    def ponder(self, times: int = 1) -> None:
        """Take the next batches in, and say only that they have come; receipts follow when asked again."""
        self._faults += [("ponder", None)] * times

    def silent(self, times: int = 1) -> threading.Event:
        """Say nothing to the next calls, and take nothing in, until the event is set."""
        until = threading.Event()
        self._faults += [("silent", until)] * times
        return until

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            response = self._answer(Request(environ))
        except HTTPException as problem:
            response = _json({"error": problem.description}, problem.code or 500)
        return response(environ, start)

    def _answer(self, request: Request) -> Response:
        if request.path != "/batches":
            raise NotFound("没有这个接口。")
        if request.method != "POST":
            raise MethodNotAllowed(["POST"], "只接受 POST。")
        self._authorize(request)
        with self._lock:
            self.calls[request.headers.get("Idempotency-Key", "")] += 1
            nothing: tuple[str, Any] = ("", b"")
            fault, detail = self._faults.pop(0) if self._faults else nothing
        if fault == "silent":
            detail.wait(timeout=60)
            return _json({"error": "太晚了。"}, 503)
        with self._lock:
            if fault == "refuse":
                return _json({"error": "平台维护中，请稍后再试。"}, int(detail))
            answer, status = self._take(request)
        if fault == "lose":
            return _json({"error": "网关错误。"}, 502)
        if fault == "babble":
            return Response(detail, mimetype="text/html")
        if fault == "ponder" and status == 200:
            return _json({**answer, "receipts": [_received(one) for one in answer["receipts"]]}, 202)
        return _json(answer, status)

    def _authorize(self, request: Request) -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self._token is not None and not hmac.compare_digest(given.encode(), self._token.encode()):
            raise Unauthorized("令牌无效，请核对接口设置中的令牌。")

    def _take(self, request: Request) -> tuple[dict[str, Any], int]:
        key = request.headers.get("Idempotency-Key", "")
        return self.take(key, _batch(request, key))

    def take(self, key: str, batch: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Take a batch in under its number, and say of each record what becomes of it."""
        known = self.batches.get(key)
        if known is not None and known["content"] != batch:
            return {"error": "同一批次号的内容与先前不同，未予接收。"}, 409
        if known is None:
            first = len(self.receipts) + 1
            judged = [self._judge(batch, one, number) for number, one in enumerate(batch["records"], first)]
            known = {"content": batch, "receipts": judged}
            self.batches[key] = known
            self.receipts += known["receipts"]
            self._store()
        return {"batch": key, "receipts": known["receipts"]}, 200

    def _judge(self, batch: dict[str, Any], record: dict[str, Any], running: int) -> Receipt:
        """One record's receipt; what is accepted replaces what was held under its number."""
        key, number = batch["batch"], str(record.get("number", ""))
        reason = self._refusal(record, str(batch.get("layout", "")))
        held = self.records.get(number)
        receipt = {"record": number, "receipt": f"HZ{running:08d}"}
        if reason:
            return {**receipt, "state": "rejected", "reason": reason}
        newer = held is not None and held["version"] > record["version"]
        if record["action"] == "withdraw" and not newer:
            self.records.pop(number, None)
        elif not newer:
            self.records[number] = {**record, "batch": key, "receipt": receipt["receipt"]}
        return {**receipt, "state": "accepted", "reason": ""}

    def _refusal(self, record: dict[str, Any], layout: str) -> str:
        found = platform_stand_in_checks.refusals(record, layout)
        if record.get("action") == "withdraw" and not found:
            return "" if record["number"] in self.records else "平台没有这条记录，无从撤回。"
        fields = record.get("fields") or {}
        known = self.names.get(str(fields.get("entity_code", "")))
        if known is not None and known != fields.get("entity_name"):
            found.append(f"名称与本平台登记的名称不一致，登记的名称为“{known}”。")
        return "".join(found)

    def _store(self) -> None:
        if self._memory is None:
            return
        held = {
            "batches": self.batches,
            "records": self.records,
            "receipts": self.receipts,
            "names": self.names,
        }
        fresh = self._memory.with_suffix(".new")
        fresh.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self._memory)

    def _remember(self, held: dict[str, Any]) -> None:
        self.batches, self.records = held["batches"], held["records"]
        self.receipts, self.names = held["receipts"], held["names"]


def _batch(request: Request, key: str) -> dict[str, Any]:
    try:
        batch = json.loads(request.get_data())
    except ValueError as problem:
        raise BadRequest("内容不是 JSON。") from problem
    if not isinstance(batch, dict) or not isinstance(batch.get("records"), list):
        raise BadRequest("内容缺少 records。")
    if not key or batch.get("batch") != key:
        raise BadRequest("Idempotency-Key 应与批次号相同。")
    if not all(isinstance(one, dict) for one in batch["records"]):
        raise BadRequest("records 中每一条都应是对象。")
    return batch


def _received(receipt: Receipt) -> Receipt:
    return {"record": receipt["record"], "receipt": "", "state": "received", "reason": ""}


def _json(content: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status=status, mimetype="application/json")
