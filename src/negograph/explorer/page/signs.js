// How things look: a shape, a colour and a sign for each, always together, so that none carries the meaning alone.

/** The first whose class is the kind or above it; the last is for all others. */
const FAMILIES = [
  { of: "Actor", sign: "●", shape: "dot", tone: "actor" },
  { of: "Happening", sign: "■", shape: "square", tone: "happening" },
  { of: "Outcome", sign: "⬢", shape: "hexagon", tone: "outcome" },
  { of: "Tactic", sign: "★", shape: "star", tone: "tactic" },
  { of: "Trait", sign: "★", shape: "star", tone: "tactic" },
  { of: "Claim", sign: "❝", shape: "triangle", tone: "other" },
  { of: "", sign: "◇", shape: "diamond", tone: "other" },
];

/** What a link between before and after looks like; a sequence never looks like a cause. */
const LINKS = {
  "merely after": { sign: "⋯", look: "after", dash: [2, 5] },
  reaction: { sign: "↩", look: "reaction", dash: [9, 4] },
  "part of the cause claimed": { sign: "⇢", look: "part", dash: [14, 4] },
  "cause claimed": { sign: "⇒", look: "cause", dash: false },
  "prevention claimed": { sign: "⊘", look: "prevention", dash: false },
  foretold: { sign: "◷", look: "foretold", dash: [5, 7] },
};
const DENIED = { sign: "✗", look: "denied", dash: [10, 3, 2, 3] };
const BYPASS = { sign: "✕", look: "bypass", dash: [6, 4] };
const PLAIN = { sign: "→", look: "plain", dash: false };
const VALENCES = { good: "▲", even: "◆", bad: "▼" };
const VALENCE_WORDS = { good: "favourable", even: "neither", bad: "unfavourable" };

const familyOfKind = (kind) =>
  FAMILIES.find(({ of }) => !of || of === kind || (kinds[kind] || { above: [] }).above.includes(of));
const familyOf = (id) => familyOfKind(kindOf(id));

function lookOf(link) {
  if (link.startsWith("denied")) return DENIED;
  return LINKS[link] || PLAIN;
}

const isBypass = (claim) => predicates[claim.predicate].above.includes("ng:bypassed");

/** Only what is said to be so looks like a fact. */
function lookOfClaim(claim) {
  if (linkOf(claim)) return lookOf(linkOf(claim));
  if (claim.polarity === "negated") return DENIED;
  if (modalityOf(claim) === "predicted") return LINKS.foretold;
  return isBypass(claim) && accepted(claim) ? BYPASS : PLAIN;
}

/** One sign for all verdicts on a thing: which way they point, if they agree. */
function valenceOf(id) {
  const found = verdicts().get(id);
  if (!found) return "";
  if (found.bad && !found.good && !found.even) return "bad";
  return found.good && !found.bad && !found.even ? "good" : "even";
}

const toneOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
