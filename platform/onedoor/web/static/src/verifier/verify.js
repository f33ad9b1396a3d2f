// The verifier: recomputes all it has the files for, fails on any difference, and says what it could not check.
//
//   verify({ proof, pools: { "990100-SCJG": bytes }, roster, register, head: { n, digest }, logs: [{ name, data }], lots: [bytes] }, …)
//
// Files are Uint8Arrays; all but the proof may be left out. The verdict is plain data for a page or a test:
//   valid      true or false; `fault` then is { code, message, params }
//   done       what was checked, [{ code, params }]
//   unchecked  what was not, [{ code, message, params }]
//   facts      seed, digests, counts, as recomputed
//   lots       for each lot, and each line of `code` in the pools, how it stands
// Nothing that a file holds makes it throw.
import { checkPlaced, checkResult, checkSeed } from "./against.js";
import { bytes, hex } from "./bytes.js";
import { Fault, readPublished } from "./fault.js";
import { hashOf } from "./hash.js";
import { parseCanonical, parseLoose } from "./json.js";
import { checkLogs } from "./log.js";
import { checkAnswer, checkLot, lotsOf } from "./lot.js";
import { checkOutline, checkTeams } from "./outline.js";
import { checkCommitments, planDigest, revealsDigest, seedOf, textsDigest } from "./plan.js";
import { checkTogether, readPool } from "./pool.js";
import { byBytes, checkProof, drawnIds, PUBLIC, proofDigest, publicResult, publicTeams, teamsInOrder, VERSION } from "./proof.js";
import { checkDraw, checkHead, parseRegister, unendedAndVoid } from "./register.js";
import { parseRoster } from "./roster.js";
import { byTicket, checkQuotas, eligibleByStratum, select, Tickets } from "./selection.js";
import { slotCount, slotsOf } from "./slots.js";
import { assign } from "./teams.js";

const IN_VAIN = () => {};

// With `told` the lots are what a host answered that was asked for those of `code`, and are held against that too.
export function verify(files, { progress = IN_VAIN, code = null, told = false } = {}) {
  const check = new Check(files, progress, code, told);
  try {
    check.run();
  } catch (fault) {
    // Whatever hostile bytes make our own code stumble over is a fault of the files too, never a pass.
    const { code: kind = "shape", message, params = {} } = fault;
    check.fault = { code: fault instanceof Fault ? kind : "shape", message: String(message), params };
  }
  const { fault = null, done, unchecked, facts, lots } = check;
  return { valid: fault === null, fault, done, unchecked, facts, lots };
}

// What the source said as it printed it: numbers of a lottery are text in the proof, an output is its bytes.
function asPrinted(value) {
  const text = new TextDecoder("latin1").decode(bytes(value));
  return /^[0-9]+(?: [0-9]+)*$/.test(text) ? text : value;
}

// Who did not reveal; a proof does not say whether it was given the time to.
const unrevealed = (proof) => proof.reveals.filter(([, nonce]) => nonce === null).map(([party]) => party);

class Check {
  /** @type {any} */ files;
  /** @type {(stage: string, list: string, done: number, of: number) => void} */ progress;
  /** @type {string | null} */ code;
  /** @type {boolean} */ told;
  /** @type {{ code: string, message: string, params: object } | undefined} */ fault;
  /** @type {object[]} */ done;
  /** @type {object[]} */ unchecked;
  /** @type {any} */ facts;
  /** @type {any[]} */ lots;
  /** @type {any} */ proof;
  /** @type {any} */ plan;
  /** @type {boolean} */ isPublic;
  /** @type {any} */ hash;
  /** @type {any} */ digests;
  /** @type {any[]} */ result;
  /** @type {any[]} */ order;

  constructor(files, progress, code, told) {
    Object.assign(this, { files, progress, code, told, done: [], unchecked: [], facts: {}, lots: [] });
  }

  run() {
    this.progress("shape", "", 0, 1);
    const proof = checkProof(parseCanonical(this.files.proof, "proof"));
    Object.assign(this, { proof, plan: proof.plan, isPublic: proof.v === PUBLIC, hash: hashOf(proof.plan.hash) });
    this.readDigests();
    this.checkNames();
    this.checkCeremony();
    this.readFiles();
    if (proof.void === null) this.checkDraw();
    else this.checkVoid();
    this.checkDigest();
    this.checkRegister();
    this.checkLogs();
    this.checkLots();
  }

  say(code, params = {}) {
    this.done.push({ code, params });
  }

  leave(code, message, params = {}) {
    this.unchecked.push({ code, message, params });
  }

  readDigests() {
    const { proof, plan, hash } = this;
    this.digests = {
      plan: hex(planDigest(hash, plan)),
      texts: hex(textsDigest(hash, plan, proof.witness)),
      reveals: hex(revealsDigest(hash, plan, proof.reveals)),
      end: null,
    };
    Object.assign(this.facts, {
      draw: plan.draw,
      line: plan.line,
      seq: plan.seq,
      hash: plan.hash,
      closed: plan.closed,
      void: proof.void,
      form: this.isPublic ? "public" : "proof",
      beacon: plan.beacon,
      witnesses: proof.witness.length,
      parties: proof.reveals.map(([id, nonce]) => ({ id, revealed: nonce !== null })),
      digests: this.digests,
      seed: null,
      lists: [],
      teams: null,
      register: null,
      logs: [],
    });
    this.say("shape");
  }

  checkNames() {
    const names = this.plan.lists.map((entry) => entry.list);
    const strange = Object.keys(this.files.pools ?? {}).find((name) => !names.includes(name));
    if (strange) throw new Fault("files", `the plan has no list ${strange}`, { name: strange });
    if (this.files.roster && this.plan.roster === null)
      throw new Fault("files", "the plan of this draw has no roster", { name: "roster" });
  }

  // Commitments, and that the beacon's bytes stand exactly when the plan names one and the draw is not void.
  checkCeremony() {
    const { proof, plan, hash } = this;
    checkCommitments(hash, plan, proof.reveals);
    this.say("commitments", { count: proof.reveals.filter(([, nonce]) => nonce !== null).length });
    const silent = unrevealed(proof);
    if (plan.beacon && silent.length) this.say("unrevealed", { who: silent });
    if ((proof.beacon !== "") !== (plan.beacon !== null && proof.void === null)) {
      throw new Fault("beacon", "beacon: its bytes stand exactly when the plan names one and the draw is not void");
    }
  }

  readFiles() {
    const { plan, files, progress, code } = this;
    this.pools = new Map();
    this.eligible = new Map();
    for (const entry of plan.lists) {
      const raw = files.pools?.[entry.list];
      if (!raw) {
        this.leave("pool", `pool of ${entry.list} not checked: its file was not given`, { list: entry.list });
        continue;
      }
      const { pool, tree } = readPool(plan, entry, raw, progress, (own) => (code ? own.rowsOf(code) : []));
      const rows = eligibleByStratum(pool);
      checkQuotas(entry, pool, rows);
      this.pools.set(entry.list, pool);
      this.eligible.set(entry.list, rows);
      this.lots.push(...lotsOf(pool, entry.list, tree));
      this.say("pool", { list: entry.list, n: pool.n });
    }
    if (this.pools.size) checkTogether(this.pools);
    this.z = [...this.pools.values()][0]?.z ?? null;
    this.readRoster();
  }

  readRoster() {
    const { plan, files, hash } = this;
    this.roster = null;
    if (files.roster) {
      const other = new Fault("roster-other", "roster digest: the roster is not the one that was published");
      this.roster = readPublished(hex(hash.of(files.roster)) === plan.roster, other, () => parseRoster(files.roster));
      this.say("roster", { n: this.roster.inspectors.length });
    } else if (plan.roster !== null) this.leave("roster", "who was placed in the teams not checked: the roster was not given");
  }

  checkVoid() {
    const { proof, plan } = this;
    if (plan.beacon === null && proof.reveals.every(([, nonce]) => nonce !== null)) {
      throw new Fault("void", "nothing makes this draw void: all revealed, and the plan names no beacon");
    }
    if (proof.result.length || proof.teams.length || proof.unfilled.length) {
      throw new Fault("void", "'result', 'teams' and 'unfilled' must be empty in a void draw");
    }
    if (plan.beacon) this.say("void");
    else this.say("void-unrevealed", { who: unrevealed(proof) });
    if (plan.beacon) this.leave("beacon-silent", "beacon not checked: that its source did not speak", plan.beacon);
    for (const entry of plan.lists) this.facts.lists.push(this.listFacts(entry, []));
    Object.assign(this, { result: [], order: [] });
  }

  checkDraw() {
    const { proof, plan, hash } = this;
    const seed = hex(seedOf(hash, plan, proof.reveals, proof.witness, proof.beacon));
    checkSeed(seed, proof.seed, plan.beacon);
    this.facts.seed = seed;
    this.say("seed", { count: proof.reveals.length, witnesses: proof.witness.length });
    const { beacon } = plan;
    const value = asPrinted(proof.beacon);
    if (beacon)
      this.leave("beacon", `beacon not checked: compare ${value} with ${beacon.name}, round ${beacon.round}, ${beacon.time}`, {
        ...beacon,
        value,
      });
    else this.leave("parties", "the parties together could have steered it: the plan names no beacon");
    this.seed = bytes(seed);
    this.checkResults();
    this.checkTeams();
  }

  checkResults() {
    const { proof, plan, z, pools } = this;
    const tickets = z || !plan.closed ? new Tickets(plan.hash, this.seed, z) : null;
    this.result = plan.lists.map((entry, i) => {
      const claimed = proof.result[i];
      const pool = pools.get(entry.list);
      if (!pool) {
        checkOutline(entry, claimed, tickets);
        this.facts.lists.push(this.listFacts(entry, claimed.strata));
        return claimed;
      }
      const own = { list: entry.list, strata: select(entry, pool, this.eligible.get(entry.list), tickets, this.progress) };
      checkResult(this.isPublic ? publicResult(own) : own, claimed);
      this.facts.lists.push(this.listFacts(entry, own.strata));
      this.say("result", { list: entry.list, count: own.strata.reduce((sum, stratum) => sum + stratum.drawn.length, 0) });
      return own;
    });
    this.facts.doors = new Set(drawnIds(proof).flat()).size;
  }

  listFacts(entry, strata) {
    const pool = this.pools.get(entry.list);
    return {
      list: entry.list,
      mode: entry.mode,
      ...entry.pool,
      checked: Boolean(pool),
      statuses: pool?.statuses ?? null,
      reserve: entry.reserve,
      strata: strata.map(({ stratum, eligible, cutoff }, i) => ({ stratum, eligible, cutoff, drawn: entry.quota[i][1] })),
    };
  }

  checkTeams() {
    const { proof, plan, z, roster, isPublic } = this;
    const filled = proof.teams.reduce((sum, team) => sum + team.team.length, 0);
    // Before they are made: a plan can ask for any number.
    if (slotCount(plan, drawnIds(proof)) !== filled + proof.unfilled.length) {
      throw new Fault("teams", "teams: teams and unfilled are not the slots of the plan");
    }
    const slots = slotsOf(plan, drawnIds(proof));
    const known = z !== null || !plan.closed;
    const order = known ? byTicket(plan.hash, this.seed, z, [...slots.keys()]) : null;
    checkTeams(slots, proof, isPublic ? [...slots.keys()].sort(byBytes) : order, roster);
    this.order = order;
    if (slots.size) this.facts.teams = { objects: slots.size, filled, unfilled: proof.unfilled.length };
    if (!roster) return;
    if (!known) {
      if (slots.size) this.leave("placing", "how the teams were placed not checked: a closed draw needs one of its pools");
      return;
    }
    const teams = assign(plan, this.seed, order, slots, roster, this.progress);
    checkPlaced(isPublic ? publicTeams(teams) : teams, proof);
    this.say("teams", { objects: slots.size, filled });
  }

  // The proof's digest, as far as the files give it: of a closed draw it is blinded, and behind a public form stands the proof.
  checkDigest() {
    const { proof, plan, z, hash, isPublic } = this;
    if (isPublic) this.digests.end = proof.proof;
    const needed = isPublic && proof.void === null ? plan.lists.length : 1;
    if (plan.closed && this.pools.size < needed) {
      this.leave("digest", "the proof's digest not checked: it needs more of the pools");
      return;
    }
    if (!isPublic) {
      this.digests.end = hex(proofDigest(hash, proof, z));
      return;
    }
    const { proof: claimed, ...rest } = proof;
    const whole = { ...rest, v: VERSION, result: this.result, ...teamsInOrder(proof, this.order) };
    if (hex(proofDigest(hash, whole, z)) !== claimed) {
      throw new Fault("digest", "'proof' differs from the recomputation: it is not the digest of this draw's proof");
    }
    this.say("digest");
  }

  checkRegister() {
    const { files, proof, digests } = this;
    if (!files.register) {
      this.leave("precedence", "precedence not checked: no register was given");
      if (files.head) this.leave("head-alone", "the noted entry not compared: no register was given", { n: files.head.n });
      return;
    }
    this.progress("register", "", 0, 1);
    this.entries = parseRegister(files.register);
    this.checkFormer();
    if (files.head) {
      checkHead(this.entries, files.head);
      this.say("head", files.head);
    } else this.leave("head", "the register itself not compared with an entry that someone noted");
    const ours = checkDraw(this.entries, proof, digests);
    const { unended, isVoid } = unendedAndVoid(this.entries);
    const names = (draws) => ({ draws: draws.join(", ") });
    if (unended.length) this.leave("unended", `the register has a plan and no end of: ${unended.join(", ")}`, names(unended));
    if (isVoid.length) this.leave("void", `the register has as void: ${isVoid.join(", ")}`, names(isVoid));
    this.facts.register = {
      count: this.entries.length,
      ours: ours.map(({ n, time, kind, digest, own }) => ({ n, time, kind, digest, own })),
    };
    this.say("register", { count: this.entries.length });
  }

  // An older copy of the register must be the beginning of the newer: nothing in it was changed or taken away.
  checkFormer() {
    for (const former of this.files.formerRegisters ?? []) {
      const { register } = this.files;
      if (former.length > register.length || former.some((byte, i) => byte !== register[i])) {
        throw new Fault("register-chain", "register: an older copy is not the beginning of the newer one", { n: 1 });
      }
      this.say("former");
    }
  }

  checkLogs() {
    const { proof, digests, entries = null, files, roster, result } = this;
    const leave = (...left) => this.leave(...left);
    this.facts.logs = checkLogs(proof, { digest: digests.end, files: files.logs ?? [], entries, roster, result, leave });
    if (this.facts.logs.length) this.say("logs", { count: this.facts.logs.length });
  }

  checkLots() {
    const given = (this.files.lots ?? []).map((raw) => parseLoose(raw, "lot"));
    this.lots = [...given, ...this.lots].map((lot) => checkLot(this.proof, lot, this.z));
    if (given.length) this.say("lots", { count: given.length });
    if (!this.told) return;
    for (const { list } of checkAnswer(this.proof, this.code, this.lots)) {
      this.leave("lot", `that ${this.code} is not in ${list} not checked: its pool was not given`, { list });
    }
  }
}
