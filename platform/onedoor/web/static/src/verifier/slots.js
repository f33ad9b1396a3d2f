// The slots of the drawn objects, and who fits them (draw.md, "Inspectors").
// How many slots a draw has, without making them.
export const slotCount = (plan, drawn) =>
  plan.lists.reduce((sum, { team }, i) => sum + (team ? team.size * drawn[i].length : 0), 0);

// Of each object that has a slot, what each of its slots needs: { bureau, qualifications, lead }. `drawn` are the ids that
// each list drew, in the plan's order. Equal needs are one and the same, so that who fits them is looked up once.
export function slotsOf(plan, drawn) {
  const slots = new Map();
  plan.lists.forEach((entry, i) => {
    if (!entry.team) return;
    const [first, other] = needsOf(entry.team);
    for (const id of drawn[i]) {
      const held = slots.get(id) ?? [];
      for (let number = 0; number < entry.team.size; number++) held.push(held.length ? other : first);
      slots.set(id, held);
    }
  });
  return slots;
}

// What the first slot of an object needs, and every other.
export const needsOf = ({ bureau, qualifications }) => [true, false].map((lead) => ({ bureau, qualifications, lead }));

// Who fits a slot: of the bureau, with all qualifications, lead where needed, not recused from the object.
export class Fitting {
  constructor({ inspectors, recused }) {
    this.inspectors = inspectors;
    this.recused = recused;
    this.objects = new Set(Array.from(recused, (pair) => pair.split("\t")[1]));
    this.known = new Map();
  }

  // The inspectors' places in the roster.
  of(object, need) {
    const able = this.able(need);
    if (!this.objects.has(object)) return able;
    return able.filter((i) => !this.recused.has(`${this.inspectors[i].id}\t${object}`));
  }

  able(need) {
    if (!this.known.has(need))
      this.known.set(
        need,
        Array.from(this.inspectors.keys()).filter((i) => fits(this.inspectors[i], need)),
      );
    return this.known.get(need);
  }
}

const fits = (inspector, { bureau, qualifications, lead }) =>
  inspector.bureau === bureau && (inspector.lead || !lead) && qualifications.every((one) => inspector.qualifications.has(one));
