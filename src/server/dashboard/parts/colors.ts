const SERIES = 5

/** The colour of a variant: controls are grey, the others take turns. */
export function seriesColor(index: number, name = ''): string {
  if (/^control/.test(name)) return 'var(--series-0)'
  return `var(--series-${1 + (index % (SERIES - 1))})`
}

/** The same as a value, for a canvas: `#3450c8`. */
export function resolvedColor(color: string): string {
  const probe = document.createElement('span')
  probe.style.color = color
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}
