# SPDX-License-Identifier: Apache-2.0
"""Bootstrapping: which method the pairing is to use. The one that is asked says "come back" until its user agreed."""
from . import keys, words
from .peers import Bootstrapping

RETRY_S = 1.0
TU_S = 0.001024
REASON_UNSPECIFIED, REASON_REJECTED = 1, 13
OPPORTUNISTIC = 0x0001
DISPLAYS, ENTERS = (1, 2, 3, 4), (5, 6, 7, 8)       # bits; each is answered by the other of its column
DEFAULT_METHODS = 0x01ff
DEFAULT_COMEBACK_TU = 1024


def complement(method: int) -> int:
    for display, enter in zip(DISPLAYS, ENTERS):
        if method == 1 << display:
            return 1 << enter
        if method == 1 << enter:
            return 1 << display
    return method if method in (OPPORTUNISTIC, 1 << 14, 1 << 15) else 0


class Bootstrap:
    def __init__(self, nmi):
        self.nmi = nmi
        self.methods, self.auto_accepted, self.comeback_tu = DEFAULT_METHODS, OPPORTUNISTIC, DEFAULT_COMEBACK_TU
        self._dialog = 0

    def command(self, command: str) -> str:
        address, rest = words.mac(command), words.split(command)[1]
        if not address or rest is None:
            return "FAIL\n"
        handle = instance = method = 0
        authorize = False
        for token in words.tokens(rest):
            name, value = words.split(token, "=")
            number = words.any_base(value) if value else None
            if name == "handle" and number is not None:
                handle = number
            elif name == "req_instance_id" and number is not None:
                instance = number
            elif name == "method" and value is not None:
                method = words.atoi(value) & 0xffff
            elif token == "auth":
                authorize = True
            else:
                return "FAIL\n"
        peer = self.nmi.peer(address)
        if not self.nmi.started or not peer or handle <= 0 or not method & self.methods or method & (method - 1):
            return "FAIL\n"
        state = peer.bootstrapping
        if authorize:
            state.authorized = method
            return "OK\n"
        if state.in_progress or not complement(method) & peer.methods:
            return "FAIL\n"
        self.reset(peer)
        self._dialog = self._dialog % 255 + 1
        peer.bootstrapping = Bootstrapping(in_progress=True, dialog=self._dialog, method=method, handle=handle,
                                           instance=instance)
        return "OK\n" if self._ask(peer) else "FAIL\n"

    def reset_command(self, command: str) -> str:
        peer = self.nmi.peer(words.mac(command) or "")
        if not self.nmi.started or not peer:
            return "FAIL\n"
        self.reset(peer)
        return "OK\n"

    def reset(self, peer):
        if peer.bootstrapping.timer:
            peer.bootstrapping.timer.cancel()
        peer.bootstrapping = Bootstrapping()

    def _completed(self, peer, success: bool, method: int, reason: int = 0):
        state = peer.bootstrapping
        self.reset(peer)
        why = "" if success else f"reason={reason} "
        self.nmi.event("NAN-BOOTSTRAP-SUCCESS" if success else "NAN-BOOTSTRAP-FAILURE",
                       f"peer_nmi={peer.nmi} pbm=0x{method:04x} {why}handle={state.handle} "
                       f"requestor_instance_id={state.instance}")

    # The one that asks

    def _ask(self, peer) -> bool:
        """Again and again until there is an answer."""
        state = peer.bootstrapping
        state.timer = None
        sent = self.nmi.discovery.follow_up(peer.nmi, state.handle, state.instance, {
            "type": "bootstrap_request", "dialog": state.dialog, "method": state.method, "cookie": state.cookie})
        if not sent:
            self._completed(peer, False, 0, REASON_UNSPECIFIED)
            return False
        if not state.comeback:
            state.timer = self.nmi.loop.after(RETRY_S, lambda: self._ask(peer))
        return True

    def receive_response(self, peer, frame: dict, handle: int) -> bool:
        state = peer.bootstrapping
        if not state.in_progress or state.responder or frame["dialog"] != state.dialog \
                or handle != state.handle or frame["handle"] != state.instance:
            return False
        if state.timer:
            state.timer.cancel()
        if frame["status"] == "comeback":
            state.comeback, state.cookie = True, frame["cookie"]
            state.timer = self.nmi.loop.after(frame["after"] * TU_S, lambda: self._ask(peer))
        elif frame["status"] == "accepted" and complement(frame["method"]) == state.method:
            self._completed(peer, True, state.method)
        else:
            self._completed(peer, False, 0, frame["reason"] if frame["status"] == "rejected" else REASON_UNSPECIFIED)
        return True

    # The one that is asked

    def receive_request(self, peer, frame: dict, handle: int) -> bool:
        state = peer.bootstrapping
        wanted = complement(frame["method"])
        if state.responder and state.comeback:
            if frame["cookie"] != state.cookie or frame["dialog"] != state.dialog:
                return True
            self._answer(peer, "accepted" if state.authorized == wanted else "comeback")
            return True
        self.reset(peer)
        state = peer.bootstrapping = Bootstrapping(responder=True, in_progress=True, dialog=frame["dialog"], method=wanted,
                                                   handle=handle, instance=frame["handle"])
        service = self.nmi.discovery.services.get(handle)
        if not service or not service.pbm & wanted:
            self._answer(peer, "rejected")
        elif wanted & self.auto_accepted:
            self._answer(peer, "accepted")
        else:
            state.comeback, state.cookie = True, keys.fresh(4).hex()
            self.nmi.event("NAN-BOOTSTRAP-REQUEST", f"peer_nmi={peer.nmi} pbm=0x{wanted:04x} handle={handle} "
                                                    f"requestor_instance_id={state.instance}")
            self._answer(peer, "comeback")
        return True

    def _answer(self, peer, status: str):
        state = peer.bootstrapping
        reason = REASON_REJECTED if status == "rejected" else 0
        self.nmi.discovery.follow_up(peer.nmi, state.handle, state.instance, {
            "type": "bootstrap_response", "dialog": state.dialog, "status": status, "reason": reason,
            "method": state.method if status == "accepted" else 0, "cookie": state.cookie, "after": self.comeback_tu})
        if status != "comeback":
            self._completed(peer, status == "accepted", state.method, reason)
