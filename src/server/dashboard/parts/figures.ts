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

/** `+2.1 %`, `−0.4 %`. */
export const signed = (share: number): string =>
  `${share > 0 ? '+' : share < 0 ? '−' : ''}${Number(Math.abs(share * 100).toFixed(2))} %`

/** `1,000 simulated visitors` */
export const populationWords = ({ name, size }: PopulationInfo): string =>
  `${count(size)} ${name === 'simulated' ? 'simulated visitors' : 'recorded units'}`
