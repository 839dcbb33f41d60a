import type { ExperimentReport } from '../../analysis/experiment-report'

/** The figures of a report as CSV: a row for each variant and conversion, counts before shares. */
export function reportCsv({ experiment, by, variants, conversions }: ExperimentReport): string {
  const head = ['experiment', 'by', 'variant', 'units', 'share', 'expected_share', 'conversion']
  const figures = ['converted', 'rate', 'rate_low', 'rate_high', 'lift', 'lift_low', 'lift_high']
  const everyLook = ['p', 'adjusted_p', 'lift_low_every_look', 'lift_high_every_look']
  const rows = variants.flatMap(({ variant, units, share, expectedShare }) => {
    const base = [experiment, by, variant, units, share, expectedShare]
    if (conversions.length === 0) return [base]
    return conversions.map(({ name, variants: all }) => {
      const own = all.find((one) => one.variant === variant)
      const { rate, lift } = own ?? { rate: null, lift: null }
      const ends = [rate, lift].map((one) => [one?.value, ...(one?.interval ?? [null, null])])
      const looks = [lift?.p, own?.adjustedP, ...(lift?.sequential ?? [null, null])]
      return [...base, name, own?.converted, ...ends.flat(), ...looks]
    })
  })
  return (
    [[...head, ...figures, ...everyLook], ...rows]
      .map((row) => row.map(cell).join(','))
      .join('\r\n') + '\r\n'
  )
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
