import type { ClassImpact, FeatureImpact } from '../../analysis/impact-view'
import { alike, isStill, type Move, type Moved, movesOf, shownAnswers } from '../../analysis/moves'
import { holdoutChangeText } from '../holdout-changes'
import { counted, type Output, printable } from '../output'
import type { Difference } from './difference'

/** How a share is written: 5 %, 0.25 %, all. */
export const shareText = (share: number): string =>
  share === 1 ? 'all' : `${Number((share * 100).toPrecision(6))} %`

export const VERBS: Readonly<Record<Move, string>> = {
  gain: 'gain it',
  lose: 'lose it',
  switch: 'switch',
}

/** What `liveflag diff` prints. */
export function differenceLines(difference: Difference, output: Output): readonly string[] {
  const { bold, dim } = output.paint
  const moving = difference.features.filter((one) => !isStill(one))
  return [
    dim(`${difference.old} → ${difference.new}`),
    ...clockLines(difference).map((line) => dim(line)),
    ...moving.flatMap((one) => ['', ...featureLines(one, difference.counted, output)]),
    '',
    ...(difference.holdouts ?? []).map((one) => printable(holdoutChangeText(one))),
    ...summaryOf(difference).map((sentence) => bold(printable(sentence))),
  ]
}

/** As of when both are asked, which decides how far their ramps are. */
export const clockLines = ({ asOf }: Difference): readonly string[] =>
  asOf === undefined ? [] : [`both asked as of ${timeText(asOf)}`]

/** What a difference comes to, in sentences. */
export function summaryOf({ features, compared, isNobody }: Difference): readonly string[] {
  if (compared === 0) return ['Nothing is compared: there is no feature.']
  if (isNobody) {
    const edited =
      features.length === 0 ? '' : `, ${counted(features.length, 'edited one')} included`
    return [
      `Nobody gets another answer: proven for ${counted(compared, 'feature')}${edited}, over all buckets and all kinds of visitors that the entries tell apart.`,
    ]
  }
  const unproven = features.filter(({ classes }) => classes === null).length
  const moving = features.filter((one) => one.classes !== null && !isStill(one)).length
  const still = compared - moving - unproven
  const rest = still === 0 ? '' : ` The other ${still}: nobody changes, which is proven.`
  return [
    ...(moving > 0
      ? [
          `${counted(moving, 'feature')} ${moving === 1 ? 'changes' : 'change'} for somebody.${rest}`,
        ]
      : []),
    ...(moving === 0 && still > 0
      ? [`Nobody gets another answer of ${counted(still, 'feature')}, which is proven.`]
      : []),
    ...(unproven > 0 ? [`Of ${counted(unproven, 'feature')} not all is known.`] : []),
  ]
}

function featureLines(one: FeatureImpact, whom: string, output: Output): readonly string[] {
  const { bold, yellow, dim } = output.paint
  const { size } = one.population
  const moves = movesOf(one.population)
  return [
    bold(printable(one.feature)),
    ...(one.classes === null
      ? [`  ${yellow('not over all buckets')}: ${printable(one.whyNot ?? '')}`]
      : classLines(one.classes, output)),
    ...one.later.flatMap(({ at, classes }) => [
      `  from ${timeText(at)} on:`,
      ...classLines(classes, output).map((line) => `  ${line}`),
    ]),
    ...(whom === ''
      ? []
      : [
          `  of ${size} ${printable(whom)}: ${moves.length === 0 ? 'nobody changes' : moves.map((moved) => moveText(moved, String(moved.amount), output)).join(', ')}`,
        ]),
    ...one.examples.map(({ unit, from, to }) =>
      dim(`    ${printable(`${unit}  ${from} → ${to}`)}`),
    ),
  ]
}

/** A line for each kind that changes, and one for all that do not. */
function classLines(classes: readonly ClassImpact[], output: Output): readonly string[] {
  const same = classes.filter(({ matrix }) => movesOf(matrix).length === 0)
  const changing = alike(classes).flatMap(({ kinds: those, moves }) => {
    const texts = moves.map((moved) => moveText(moved, shareText(moved.amount), output))
    const head = `  ${printable(those)}:`
    return texts.length === 1
      ? [`${head} ${texts.join()}`]
      : [head, ...texts.map((text) => `    ${text}`)]
  })
  const kinds = same.map(({ visitors }) => visitors).join('; ')
  return same.length === 0
    ? changing
    : [...changing, output.paint.dim(`  nobody of: ${printable(kinds)}`)]
}

function moveText({ move, from, to }: Moved, amount: string, { paint }: Output): string {
  const paints = { gain: paint.green, lose: paint.red, switch: paint.yellow }
  const answers = shownAnswers(from, to).map((one) => printable(one))
  return `${paints[move](`${amount} ${VERBS[move]}`)} (${answers.join(' → ')})`
}

/** A day, or a time, without what is nought. */
export const timeText = (at: string): string =>
  at.replace(/:00\.000Z$/, 'Z').replace(/T00:00Z$/, '')
