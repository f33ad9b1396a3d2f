"""What can be done with a draw, in the order it is done (draw.md).

draw = create(campaign_id=…, line=…, title=…, parties=[Party(…), …])      # the lead: numbers, system's commitment
deposit(draw.id, "990100-SCJG", pool, spec, inspectors, recusals)         # each party, once
sign(draw.id, {"990100-SCJG": digest_hex})                        # each holder, where the pools are closed
commit(draw.id, commit_hex)                                               # justice: opens the line
open(draw.id)                                                             # job: roster, plan, register, public
invite_witness(draw.id, who); speak(token, text); close_texts(draw.id)
reveal_system(draw.id); reveal(draw.id, nonce_hex)                        # the last one enqueues RUN_DRAW
read_beacon(draw.id, value, source)                                       # two bureaus, where the draw names a beacon
run(draw.id) or void(draw.id, reason)
replace_inspector(draw.id, object_code, slot, reason)                     # after it, each with a log entry
substitute(draw.id, list_name, object_code, reason)
end_step(draw.id)                                                         # the clock, for each of overdue()
call_off(draw.id, {object_code: lists}, reason)                           # nobody comes for it
plead(draw.id, object_code, slot, reason); answer_plea(plea_id, agreed, reason)   # a fourth replacement at a slot
"""

from onedoor.draws.rules.roster import Inspector, Recusal
from onedoor.draws.service.call_offs import call_off, call_off_rest
from onedoor.draws.service.ceremony.beacons import read_beacon
from onedoor.draws.service.ceremony.commitments import commit, reveal, reveal_system
from onedoor.draws.service.ceremony.countdown import announce, latest
from onedoor.draws.service.ceremony.surprise_release import release
from onedoor.draws.service.ceremony.witnesses import close_texts, invite_witness, let_watch, shut, speak
from onedoor.draws.service.changes import EXHAUSTED, Substituted, replace_inspector, substitute
from onedoor.draws.service.closed_pools import secret
from onedoor.draws.service.custody import give_lots, sign, take
from onedoor.draws.service.deadlines import deadline, end_step, overdue
from onedoor.draws.service.files import hand_out_roster
from onedoor.draws.service.lists.deposits import Spec, deposit, note
from onedoor.draws.service.lists.turns import take_turn
from onedoor.draws.service.modes import USUAL, Mode, beacon_of, beacon_rule
from onedoor.draws.service.new_draws import Party, create, give_up, supervisor_of
from onedoor.draws.service.outcome import run, void
from onedoor.draws.service.parties import acts_for_another
from onedoor.draws.service.plan_publication import open
from onedoor.draws.service.pleas import answer_plea, may_answer, plead
from onedoor.draws.service.protocol_text import tidy
from onedoor.draws.service.publication import result
from onedoor.draws.service.redraws import (
    asks_to_note,
    committing_bureaus,
    follows_void,
    opens_the_line,
    published_withholders,
)
from onedoor.draws.service.stages import STAGES, StageCallback, no_stage_report

__all__ = [
    "EXHAUSTED",
    "STAGES",
    "USUAL",
    "Inspector",
    "Mode",
    "Party",
    "Recusal",
    "Spec",
    "StageCallback",
    "Substituted",
    "acts_for_another",
    "announce",
    "answer_plea",
    "asks_to_note",
    "beacon_of",
    "beacon_rule",
    "call_off",
    "call_off_rest",
    "close_texts",
    "commit",
    "committing_bureaus",
    "create",
    "deadline",
    "deposit",
    "end_step",
    "follows_void",
    "give_lots",
    "give_up",
    "hand_out_roster",
    "invite_witness",
    "latest",
    "let_watch",
    "may_answer",
    "no_stage_report",
    "note",
    "open",
    "opens_the_line",
    "overdue",
    "plead",
    "published_withholders",
    "read_beacon",
    "release",
    "replace_inspector",
    "result",
    "reveal",
    "reveal_system",
    "run",
    "secret",
    "shut",
    "sign",
    "speak",
    "substitute",
    "supervisor_of",
    "take",
    "take_turn",
    "tidy",
    "void",
]
