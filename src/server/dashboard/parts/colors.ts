const SERIES = 8

/** The colour of a variant: controls are grey, the second of two darker, the others take turns. */
export function seriesColor(index: number, name = ''): string {
  if (name === 'control_2') return 'var(--series-second-control)'
  if (/^control/.test(name)) return 'var(--series-0)'
  return `var(--series-${1 + (index % (SERIES - 1))})`
}
