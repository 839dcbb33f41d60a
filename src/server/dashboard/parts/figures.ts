import type { PopulationInfo } from '../../admin/contract'

/** `25 %`, `0.1 %`, `33.3 %`; `—` where there is nothing to say. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '—'
  const value = share * 100
  if (value > 0 && value < 0.1) return '< 0.1 %'
  if (value > 99.9 && value < 100) return '> 99.9 %'
  return `${Number(value.toFixed(1))} %`
}

const counts = new Intl.NumberFormat('en')

export const count = (value: number): string => counts.format(value)

/** `1 problem`, `3 problems`. */
export const many = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`

/** `1 process`, `3 processes`. */
export const processCount = (value: number): string =>
  `${count(value)} ${value === 1 ? 'process' : 'processes'}`

/** A probability as people write it: `= 0.42`, `= 0.0031`, `< 0.0001`. */
export const probabilityText = (p: number): string =>
  p < 0.0001 ? '< 0.0001' : `= ${Number(p.toPrecision(2))}`

/** `1,000 simulated visitors` */
export const populationWords = ({ name, size }: PopulationInfo): string =>
  `${count(size)} ${name === 'simulated' ? 'simulated visitors' : 'recorded units'}`
