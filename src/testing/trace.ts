import type { ExplainedStep, Explanation } from '../engine/explain'

/** An explanation in a few lines, for the message of a failed test. */
export function traceText({ decision, steps, heldBack }: Explanation): string {
  const { feature, enabled, variant, value, reason, selector, error } = decision
  const answer = [
    `${feature} is ${enabled ? 'on' : 'off'}`,
    ...(variant === undefined ? [] : [`variant ${shown(variant)}`]),
    ...(value === undefined ? [] : [`value ${shown(value)}`]),
    error ? error.message : `${reason}${selector === undefined ? '' : ` by ${selector}`}`,
  ]
  const [problem] = heldBack?.problems ?? []
  return [
    answer.join(', '),
    ...steps.flatMap((step) => stepLines(step, '  ')),
    ...(problem ? [`  held back: ${problem.message}`] : []),
  ].join('\n')
}

function stepLines(step: ExplainedStep, indent: string): readonly string[] {
  const { outcome, path, asked, draw, steps } = step
  const questions = asked.map(({ question, answer }) => `${question} is ${shown(answer)}`)
  const why = [...new Set(questions)].join(', ')
  return [
    `${indent}${outcome === 'claimed' ? '✔' : '·'} ${path}: ${outcome}${why === '' ? '' : ` (${why})`}`,
    ...(draw ? [`${indent}    bucket ${draw.bucket} of ${shown(draw.unit)}: ${draw.test}`] : []),
    ...steps.flatMap((inner) => stepLines(inner, `${indent}  `)),
  ]
}

/** As JSON; what has no answer is `none`. */
export const shown = (value: unknown): string => JSON.stringify(value) ?? 'none'
