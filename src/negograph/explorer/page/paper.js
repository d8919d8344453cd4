// The ledger as a picture, for files.

/** The rows that are open and on the page, as a picture. */
function ledgerScene(judgement) {
  const width = 1100;
  const columns = [
    [16, 220],
    [266, 280],
    [576, 508],
  ];
  const items = [
    ["Deal", 0],
    ["went around …", 1],
    ["… and then (who says so)", 2],
  ].map(([words, at]) => shape.text(columns[at][0], 28, words, "ink", { weight: 700 }));
  let y = 52;
  const parts = gathered(ledgerRows(judgement).map((row) => [row.part, row]));
  for (const part of Object.keys(PARTS).filter((each) => parts.has(each) && state.open.includes(each))) {
    items.push(shape.text(16, y + 14, PARTS[part], "quiet", { weight: 700 }));
    y += 32;
    for (const row of parts
      .get(part)
      .sort((one, two) => byDay(one.deal, two.deal))
      .slice(0, state.page * ROWS_AT_ONCE)) {
      items.push(shape.line(16, y - 6, width - 16, y - 6, "rule"));
      const deal = [
        { text: labelOf(row.deal), tone: row.lit ? "ink" : "faded", weight: 600 },
        { text: dates(entityById.get(row.deal)), tone: "quiet" },
      ];
      const bottoms = [written(deal, columns[0], y, items)];
      if (part !== "bare") {
        bottoms.push(written(linesOfSide(row, "around"), columns[1], y, items));
        bottoms.push(written(linesOfSide(row, "then"), columns[2], y, items));
      }
      y = Math.max(...bottoms) + 14;
    }
  }
  return { width, height: y + 16, items };
}

/** One side of a row as lines of text: its cards, and where else there is more. */
function linesOfSide(row, side) {
  const parts = row.within[side].map((deal) => ({ text: `in a part: ${labelOf(deal)}`, tone: "quiet" }));
  const lines = [...linesOfCards(row[side], side === "then"), ...parts];
  return lines.length ? lines : [{ text: NOTHING, tone: "quiet" }];
}

/** Cards as lines of text; verdicts mark only what followed. */
function linesOfCards(cards, marked) {
  const mark = (id) => (marked && VALENCES[valenceOf(id)]) || "";
  return cards.flatMap((card, number) => [
    {
      text: `${mark(card.other)} ${labelOf(card.other)} ${dates(entityById.get(card.other))}`.trim(),
      tone: card.lit ? "ink" : "faded",
      weight: 600,
      gap: number ? 6 : 0,
    },
    ...card.said.flatMap((each) => [
      {
        text: `${each.look.sign} ${each.words}${each.ties.length ? ` (${each.ties.join("; ")})` : ""}`,
        tone: each.lit ? each.look.look : "faded",
        bar: each,
      },
      ...each.claims.map((claim) => ({
        text: `${saidBy(claim)} · ${whereOf(claim)}`,
        tone: each.lit ? "quiet" : "faded",
        size: 11,
        bar: each,
      })),
    ]),
  ]);
}

function written(lines, [x, width], top, items) {
  let y = top;
  for (const { text, tone, weight = 400, size = 13, gap = 0, bar = null } of lines.filter((line) => line.text)) {
    y += gap;
    const begin = y;
    for (const line of wrapped(text, width - (bar ? 14 : 0), size, weight)) {
      y += size + 5;
      items.push(shape.text(x + (bar ? 14 : 0), y - 4, line, tone, { size, weight }));
    }
    if (bar)
      items.push(
        shape.line(x + 4, begin, x + 4, y, bar.lit ? bar.look.look : "faded", {
          wide: bar.look.look === "cause" ? 4 : 2,
          dash: bar.look.dash || [],
        }),
      );
  }
  return y;
}
