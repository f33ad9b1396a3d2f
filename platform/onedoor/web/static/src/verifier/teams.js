// Who is placed in the teams, by the three steps of draw.md, "Inspectors". Slots, objects and inspectors are numbers here.
import { u32, utf8 } from "./bytes.js";
import { hashOf } from "./hash.js";
import { keyOf } from "./plan.js";
import { compareWords } from "./selection.js";
import { Fitting } from "./slots.js";

const NOBODY = -1;

// t(o, i) under a key, eight words at a time.
export class Lottery {
  constructor(hashName, key, inspectors) {
    this.hash = hashOf(hashName);
    this.hash.message.set(key);
    this.people = inspectors.map(({ id }) => Uint8Array.of(...u32(id.length), ...utf8(id)));
  }

  into(object, inspector, out, at) {
    const { message } = this.hash;
    message.fill(0, 32, 35);
    message[35] = object.length;
    for (let i = 0; i < object.length; i++) message[36 + i] = object.charCodeAt(i);
    const person = this.people[inspector];
    message.set(person, 36 + object.length);
    this.hash.short(36 + object.length + person.length, out, at);
  }

  // The pairs, each an object and an inspector, in ascending t; gives their places.
  order(pairs) {
    const words = new Int32Array(8 * pairs.length);
    pairs.forEach(([object, inspector], i) => this.into(object, inspector, words, 8 * i));
    return Array.from(pairs.keys()).sort((a, b) => compareWords(words, 8 * a, words, 8 * b));
  }

  // Of these inspectors, the one with the least t for an object.
  least(object, inspectors) {
    const words = new Int32Array(16);
    let best = NOBODY;
    for (const inspector of inspectors) {
      this.into(object, inspector, words, 8);
      if (best === NOBODY || compareWords(words, 8, words, 0) < 0) {
        best = inspector;
        words.copyWithin(0, 8);
      }
    }
    return best;
  }
}

class Placing {
  constructor(objects, slots, roster, lottery) {
    this.objects = objects;
    this.inspectors = roster.inspectors;
    this.fitting = new Fitting(roster);
    this.lottery = lottery;
    this.starts = [0];
    for (const object of objects) this.starts.push(this.starts.at(-1) + slots.get(object).length);
    const total = this.starts.at(-1);
    this.needs = objects.flatMap((object) => slots.get(object));
    this.objectOf = new Int32Array(total);
    objects.forEach((_, number) => this.objectOf.fill(number, this.starts[number], this.starts[number + 1]));
    this.seats = new Int32Array(total).fill(NOBODY);
    this.load = new Int32Array(this.inspectors.length);
    this.held = this.inspectors.map(() => new Set());
    this.dead = new Set();
  }

  // The slots that stay unfilled, in the order met.
  run(progress) {
    const unfilled = [];
    for (let slot = 0; slot < this.seats.length; slot++) {
      if (slot % 256 === 0) progress("teams", "", slot, this.seats.length);
      if (!this.place(slot) && !this.move(slot)) unfilled.push(slot);
    }
    return unfilled;
  }

  who(slot) {
    return this.fitting.of(this.objects[this.objectOf[slot]], this.needs[slot]);
  }

  // The slot at which one sits on the team of a slot's object, or nobody.
  teamSlot(slot, inspector) {
    const object = this.objectOf[slot];
    for (let other = this.starts[object]; other < this.starts[object + 1]; other++)
      if (this.seats[other] === inspector) return other;
    return NOBODY;
  }

  // Step 1: of those with room who are not on the team yet, the least (load, t).
  place(slot) {
    let least = Infinity;
    let free = [];
    for (const inspector of this.who(slot)) {
      const load = this.load[inspector];
      if (load > least || load >= this.inspectors[inspector].cap || this.teamSlot(slot, inspector) !== NOBODY) continue;
      if (load < least) free = [];
      least = load;
      free.push(inspector);
    }
    if (!free.length) return false;
    this.seat(slot, this.lottery.least(this.objects[this.objectOf[slot]], free));
    return true;
  }

  seat(slot, inspector) {
    this.seats[slot] = inspector;
    this.held[inspector].add(slot);
    this.load[inspector]++;
  }

  // Step 2: the shortest chain of moves, breadth first. Step 3: if there is none, all it has seen are dead.
  move(start) {
    const from = new Map([[start, NOBODY]]);
    const queue = [start];
    const seen = new Set();
    const reach = (slot, by) => {
      if (from.has(slot)) return;
      from.set(slot, by);
      queue.push(slot);
    };
    for (let next = 0; next < queue.length; next++) {
      const slot = queue[next];
      for (const inspector of this.going(slot, seen)) {
        const beside = this.teamSlot(slot, inspector);
        if (beside !== NOBODY) {
          reach(beside, slot);
          continue;
        }
        seen.add(inspector);
        if (this.load[inspector] < this.inspectors[inspector].cap) {
          this.shift(from, slot, inspector);
          return true;
        }
        for (const other of this.slotsHeld(inspector)) reach(other, slot);
      }
    }
    for (const inspector of seen) this.dead.add(inspector);
    return false;
  }

  // All that fit a slot but those passed over, in ascending t.
  going(slot, seen) {
    const object = this.objects[this.objectOf[slot]];
    const passed = (i) => (seen.has(i) || this.dead.has(i)) && this.teamSlot(slot, i) === NOBODY;
    const all = this.who(slot).filter((i) => !passed(i));
    return this.lottery.order(all.map((i) => [object, i])).map((place) => all[place]);
  }

  // Every slot that one holds, its objects in ascending t.
  slotsHeld(inspector) {
    const held = [...this.held[inspector]];
    return this.lottery.order(held.map((slot) => [this.objects[this.objectOf[slot]], inspector])).map((place) => held[place]);
  }

  // Each one on the chain moves back one slot; the one found takes the last.
  shift(from, last, found) {
    const chain = [];
    for (let slot = last; slot !== NOBODY; slot = from.get(slot)) chain.push(slot);
    const people = [found, ...chain.slice(0, -1).map((slot) => this.seats[slot])];
    chain.slice(0, -1).forEach((slot) => this.held[this.seats[slot]].delete(slot));
    chain.forEach((slot, i) => {
      this.seats[slot] = people[i];
      this.held[people[i]].add(slot);
    });
    this.load[found]++;
  }
}

// `teams` and `unfilled` of the proof; `objects` are those with slots in the order of (T, id).
export function assign(plan, seed, objects, slots, roster, progress) {
  const hash = hashOf(plan.hash);
  const placing = new Placing(objects, slots, roster, new Lottery(plan.hash, keyOf(hash, seed, "assign"), roster.inspectors));
  const { starts, seats, needs, objectOf } = placing;
  const unfilled = placing.run(progress).map((slot) => [objects[objectOf[slot]], slot - starts[objectOf[slot]]]);
  const member = (slot) => ({
    bureau: needs[slot].bureau,
    inspector: roster.inspectors[seats[slot]].id,
    lead: Number(needs[slot].lead),
  });
  const teams = objects.map((object, number) => {
    const own = Array.from({ length: starts[number + 1] - starts[number] }, (_, i) => starts[number] + i);
    return { object, team: own.filter((slot) => seats[slot] !== NOBODY).map(member) };
  });
  return { teams, unfilled };
}
