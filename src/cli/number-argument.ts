import { LiveflagError } from '../core/errors'

/** `5%` or `0.05`. */
export function shareOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, figure = '', sign] = /^(.*?)\s*(%?)$/.exec(text.trim()) ?? []
  const value = numberOf(option, figure) ?? NaN
  if (sign !== '%' && Math.abs(value) >= 1)
    throw bad(`${option} is ${text}; write a part such as 0.05, or a percentage such as 5%`)
  return sign === '%' ? value / 100 : value
}

/** `400000`, `400,000` or `400_000`. */
export function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text.replaceAll(/[,_](?=\d{3}(\D|$))/g, ''))
  if (text.trim() === '' || !Number.isFinite(value))
    throw bad(`${option} is ${JSON.stringify(text)}; write a number`)
  return value
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)
