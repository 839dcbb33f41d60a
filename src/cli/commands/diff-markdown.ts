import type { ClassImpact, FeatureImpact } from '../../analysis/impact-view'
import { alike, isStill, movesOf, shownAnswers } from '../../analysis/moves'
import { holdoutChangeText } from '../holdout-changes'
import { printable } from '../output'
import type { Difference } from './difference'
import { clockLines, shareText, summaryOf, timeText, VERBS } from './diff-lines'

/** So many rows make a comment that somebody reads; a pull request takes 65,536 characters. */
const MOST_ROWS = 200

/** A difference for a pull request. */
export function differenceMarkdown(difference: Difference): readonly string[] {
  const { features, counted, refused, notAllowed } = difference
  const rows = features.filter((one) => !isStill(one)).flatMap((one) => rowsOf(one, counted))
  const shown = rows.slice(0, MOST_ROWS)
  return [
    '### Who changes',
    '',
    [`From ${code(difference.old)} to ${code(difference.new)}`, ...clockLines(difference)].join(
      ', ',
    ) + '.',
    '',
    ...summaryOf(difference).map((sentence) => `**${sentence}**`),
    ...(shown.length === 0
      ? []
      : ['', '| feature | who | change | share |', '| --- | --- | --- | ---: |', ...shown]),
    ...(rows.length > shown.length ? ['', `and ${rows.length - shown.length} more changes`] : []),
    ...listOf((difference.holdouts ?? []).map((one) => code(holdoutChangeText(one)))),
    ...listOf(refused.map((sentence) => `refused: ${code(sentence)}`)),
    ...listOf(notAllowed.map((change) => `not allowed: ${change}`)),
  ]
}

const listOf = (items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : ['', ...items.map((item) => `- ${item}`)]

function rowsOf(one: FeatureImpact, whom: string): readonly string[] {
  const name = code(one.feature)
  const of = (classes: readonly ClassImpact[], when: string): readonly string[] =>
    alike(classes).flatMap(({ kinds, moves }) =>
      moves.map(({ move, from, to, amount }) =>
        row(
          name,
          `${code(kinds)}${when}`,
          `${VERBS[move]}: ${answersText(from, to)}`,
          shareText(amount),
        ),
      ),
    )
  const { population, whyNot } = one
  return [
    ...(one.classes === null
      ? [row(name, 'not over all buckets', whyNot ?? '', '?')]
      : of(one.classes, '')),
    ...one.later.flatMap(({ at, classes }) => of(classes, ` from ${timeText(at)} on`)),
    ...(whom === ''
      ? []
      : movesOf(population).map(({ move, from, to, amount }) =>
          row(
            name,
            `${population.size} ${code(whom)}`,
            `${VERBS[move]}: ${answersText(from, to)}`,
            String(amount),
          ),
        )),
  ]
}

const answersText = (from: string, to: string): string =>
  shownAnswers(from, to).map(code).join(' → ')

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Names come from files: within back-ticks none of them is markup, a mention or a link. */
function code(text: string): string {
  const plain = printable(text).replaceAll('|', '\\|')
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${plain}${fence}` : `${fence} ${plain} ${fence}`
}
