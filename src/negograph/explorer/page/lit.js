// What is lit: the claims that every filter lets through, and, in a story, those that its step speaks of.

const FACET_VALUES = {
  kinds: (claim) => {
    const [one, other] = [kindOf(claim.subject), claim.object ? kindOf(claim.object) : ""];
    return other && other !== one ? [one, other] : [one];
  },
  links: (claim) => (linkOf(claim) ? [linkOf(claim)] : []),
  groups: (claim) => [predicates[claim.predicate].group],
  sources: (claim) => [claim.source || NO_SOURCE],
  speakers: speakersOf,
};
/** For each facet the values of every claim, in the order of the claims. */
const valuesOf = lazily(() => FACETS.map((facet) => claims.map((claim) => FACET_VALUES[facet](claim))));
const whens = lazily(() => claims.map(whenOf));
const haystack = lazily(() =>
  claims.map((claim) => {
    const named = [claim.subject, claim.object].map((id) => entityById.get(id)).filter(Boolean);
    return [claim.id, claim.gist, claim.value, saidBy(claim), ...named.flatMap((row) => [row.label, row.aliases])]
      .join("\n")
      .toLowerCase();
  }),
);

function inTime(span, { from, to, undated }) {
  if (!span) return undated;
  return (!to || span[0] <= `${to.length === 4 ? `${to}-12` : to}-31`) && (!from || span[1] >= from);
}

/** What a step of a story speaks of; without claims of its own, those among its entities. */
function stepOf({ story, step }) {
  if (!story) return null;
  const { entities: named, claims: listed } = stories.get(story).steps[step - 1];
  const things = new Set(named);
  for (const claim of listed.map((id) => claimById.get(id)).filter(Boolean)) {
    things.add(claim.subject);
    if (claim.object) things.add(claim.object);
  }
  return {
    things,
    claims: new Set(listed),
    speaks: (claim) =>
      listed.length ? listed.includes(claim.id) : things.has(claim.subject) && things.has(claim.object),
  };
}

/** The lit claims, and for every value of every facet how many claims it would leave. */
function judged(some) {
  const step = stepOf(some);
  const chosen = FACETS.map((facet) => new Set(some[facet]));
  const values = valuesOf();
  const tallies = FACETS.map(() => new Map());
  const words = some.search.trim().toLowerCase();
  const timed = Boolean(some.from || some.to || !some.undated);
  const lit = new Set();
  claims.forEach((claim, number) => {
    if (words && !haystack()[number].includes(words)) return;
    if (timed && !inTime(whens()[number], some)) return;
    const missed = FACETS.map((_, which) => which).filter(
      (which) => chosen[which].size && !values[which][number].some((value) => chosen[which].has(value)),
    );
    if (missed.length > 1) return;
    for (let which = 0; which < FACETS.length; which += 1) {
      if (missed.length && missed[0] !== which) continue; // what only this facet leaves out is what its values would add
      const tally = tallies[which];
      for (const value of values[which][number]) tally.set(value, (tally.get(value) || 0) + 1);
    }
    if (!missed.length && (!step || step.speaks(claim))) lit.add(claim);
  });
  const counts = Object.fromEntries(FACETS.map((facet, which) => [facet, tallies[which]]));
  const filtered = Boolean(words || timed || chosen.some((each) => each.size));
  return { lit, counts, step, filtered, all: lit.size === claims.length };
}
