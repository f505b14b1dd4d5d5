// One measured figure beside its reference of the same run, and what it should come to.

/** A line of bench/latest.json. */
export interface Figure {
  /** What was measured, how, and what was slowed down for it. */
  name: string;
  value: number;
  unit: string;
  reference: string;
  referenceValue: number;
  /** `value / referenceValue`. */
  ratio: number;
  /** As in issue and README: `ratio ≤ 1.2`, `≤ 150 ms`, or `none` for a figure that is only told. */
  goal: string;
}

export type Goal = { ratioAtMost: number } | { valueAtMost: number } | 'none';

export interface Measured {
  figure: Figure;
  /** Undefined where there is no goal. */
  met: boolean | undefined;
}

export function measured(figure: Omit<Figure, 'ratio' | 'goal'>, goal: Goal): Measured {
  const ratio = rounded(figure.value / figure.referenceValue);
  const told = {
    ...figure,
    value: rounded(figure.value),
    referenceValue: rounded(figure.referenceValue),
    ratio,
  };
  if (goal === 'none') return { figure: { ...told, goal: 'none' }, met: undefined };
  if ('ratioAtMost' in goal) {
    const { ratioAtMost } = goal;
    return {
      figure: { ...told, goal: `ratio ≤ ${rounded(ratioAtMost)}` },
      met: ratio <= rounded(ratioAtMost),
    };
  }
  const { valueAtMost } = goal;
  return { figure: { ...told, goal: `≤ ${valueAtMost} ${figure.unit}` }, met: figure.value <= valueAtMost };
}

/** Three figures that count, never fewer than the whole number has. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** A table for people: one line a figure. */
export function figureTable(all: readonly Measured[]): string {
  const rows = all.map(({ figure, met }) => [
    figure.name,
    `${figure.value} ${figure.unit}`,
    `${figure.referenceValue} ${figure.unit}`,
    String(figure.ratio),
    figure.goal,
    met === undefined ? '' : met ? 'met' : 'MISSED',
    figure.reference,
  ]);
  const lines = [['figure', 'value', 'reference', 'ratio', 'goal', '', 'the reference is'], ...rows];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
