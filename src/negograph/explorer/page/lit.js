// What is lit: the claims that every filter lets through, and, in a story, those that its step speaks of.

const FACET_VALUES = {
  kinds: (claim) => [...new Set([kindOf(claim.subject), claim.object ? kindOf(claim.object) : ""].filter(Boolean))],
  links: (claim) => [linkOf(claim)].filter(Boolean),
  groups: (claim) => [predicates[claim.predicate].group],
  sources: (claim) => [claim.source || NO_SOURCE],
  speakers: speakersOf,
};
const valuesOf = lazily(() =>
  claims.map((claim) => Object.fromEntries(FACETS.map((facet) => [facet, FACET_VALUES[facet](claim)]))));
const numberOf = lazily(() => new Map(claims.map((claim, number) => [claim, number])));
const whens = lazily(() => claims.map(whenOf));
const haystack = lazily(() =>
  claims.map((claim) => {
    const named = [claim.subject, claim.object].map((id) => entityById.get(id)).filter(Boolean);
    return [claim.id, claim.gist, claim.value, saidBy(claim), ...named.flatMap((row) => [row.label, row.aliases])].join("\n").toLowerCase();
  }));

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
  return { things, claims: new Set(listed), speaks: (claim) => (listed.length ? listed.includes(claim.id) : things.has(claim.subject) && things.has(claim.object)) };
}

/** The lit claims, and for every value of every facet how many claims it would leave. */
function judged(some) {
  const step = stepOf(some);
  const chosen = FACETS.map((facet) => new Set(some[facet]));
  const words = some.search.trim().toLowerCase();
  const lit = new Set();
  const counts = Object.fromEntries(FACETS.map((facet) => [facet, new Map()]));
  claims.forEach((claim, number) => {
    if (words && !haystack()[number].includes(words)) return;
    if ((some.from || some.to || !some.undated) && !inTime(whens()[number], some)) return;
    const values = valuesOf()[number];
    const missed = FACETS.filter((facet, which) => chosen[which].size && !values[facet].some((value) => chosen[which].has(value)));
    for (const facet of FACETS) {
      if (missed.length && (missed.length > 1 || missed[0] !== facet)) continue;
      for (const value of values[facet]) counts[facet].set(value, (counts[facet].get(value) || 0) + 1);
    }
    if (!missed.length && (!step || step.speaks(claim))) lit.add(claim);
  });
  const filtered = Boolean(words || some.from || some.to || !some.undated || chosen.some((each) => each.size));
  return { lit, counts, step, filtered, all: lit.size === claims.length };
}
