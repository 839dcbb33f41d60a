/**
 * The figures of reports beside those of R, of tables drawn at random. Without `Rscript` on the PATH
 * there is nothing to compare with.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { sequentialReach } from '../../src/analysis/confidence-sequence'
import { lift, sideOfMeans } from '../../src/analysis/comparisons'
import { differenceInMeans, differenceInRates, figureOfRate } from '../../src/analysis/effects'
import { benjaminiHochberg, holm } from '../../src/analysis/many-tests'
import { Moments } from '../../src/analysis/moments'
import { exactMultinomialP } from '../../src/analysis/multinomial'
import { quantileOf } from '../../src/analysis/outliers'
import { sampleRatio } from '../../src/analysis/sample-ratio'
import { judge } from '../../src/analysis/uncertain'
import { chance } from '../support/chance'
import { PATIENCE, sized } from '../support/long-run'

const hasR = spawnSync('Rscript', ['--version']).status === 0
const testWithR = hasR ? test : test.skip

/** Each question is R code for one number, with ours; all are asked of one process. */
interface Question {
  readonly what: string
  readonly code: string
  readonly ours: number
}

function answersOf(questions: readonly Question[]): readonly number[] {
  const program = questions
    .map(({ code }) => `cat(sprintf("%.17g\\n", suppressWarnings(${code})))`)
    .join('\n')
  const printed = execFileSync('Rscript', ['--vanilla', '-'], { input: program, encoding: 'utf8' })
  return printed.trim().split('\n').map(Number)
}

/** Those that differ from R by more than a ten millionth of the value. */
function wrong(questions: readonly Question[]): readonly string[] {
  const answers = answersOf(questions)
  expect(answers).toHaveLength(questions.length)
  return questions.flatMap(({ what, code, ours }, i) => {
    const theirs = answers[i] ?? NaN
    const off = Math.abs(ours - theirs)
    return off <= 1e-7 * Math.max(Math.abs(theirs), 1e-12) || off < 1e-13
      ? []
      : [`${what}: ${ours}, R has ${theirs} of ${code}`]
  })
}

const { next, normal } = chance(20_261_129)
const below = (most: number): number => Math.floor(next() * most)
const c = (values: readonly number[]): string => `c(${values.join(', ')})`

/** Tables of two rates, from some units to millions. */
function rateQuestions(): Question[] {
  const units = [20, 300, 5000, 2_000_000].map((most) => 10 + below(most))
  return units.flatMap((n) => {
    const m = 10 + below(n)
    const [a, b] = [1 + below(n - 1), 1 + below(m - 1)]
    const ours = { converted: a, units: n }
    const theirs = { converted: b, units: m }
    const test = `prop.test(${c([a, b])}, ${c([n, m])}, correct = FALSE)`
    return [
      { what: 'Pearson', code: `${test}$p.value`, ours: differenceInRates(ours, theirs)?.p ?? NaN },
      {
        what: 'Wilson',
        code: `prop.test(${a}, ${n}, correct = FALSE)$conf.int[1]`,
        ours: figureOfRate(ours)?.interval?.[0] ?? NaN,
      },
    ]
  })
}

/** Two samples of values, near 0 or far from it. */
function meanQuestions(): Question[] {
  const draw = (count: number, middle: number, spread: number): number[] =>
    Array.from({ length: count }, () => middle + spread * normal())
  const middle = [10, 1e6, 50][below(3)] ?? 0
  const [x, y] = [draw(5 + below(40), middle, 3), draw(5 + below(40), middle + 1, 1 + below(9))]
  const [ours, theirs] = [Moments.of(x), Moments.of(y)]
  const welch = `t.test(${c(x)}, ${c(y)})`
  const found = differenceInMeans(ours, theirs)
  const [a, b] = [sideOfMeans(ours), sideOfMeans(theirs)]
  const ratio = a && b && lift(a, b)
  return [
    { what: 'Welch, p', code: `${welch}$p.value`, ours: found?.p ?? NaN },
    { what: 'Welch, low', code: `${welch}$conf.int[1]`, ours: found?.interval?.[0] ?? NaN },
    {
      what: 'delta method',
      code: `{x <- ${c(x)}; y <- ${c(y)}; sqrt(var(x) / length(x) / mean(y)^2 + var(y) / length(y) * mean(x)^2 / mean(y)^4)}`,
      ours: Math.sqrt(ratio?.squaredError ?? NaN),
    },
    {
      what: 'p of a lift',
      code: `{x <- ${c(x)}; y <- ${c(y)}; s <- sqrt(var(x) / length(x) / mean(y)^2 + var(y) / length(y) * mean(x)^2 / mean(y)^4); 2 * pt(-abs(mean(x) / mean(y) - 1) / s, ${welch}$parameter)}`,
      ours: ratio ? (judge(ratio, 0).p ?? NaN) : NaN,
    },
    {
      what: 'quantile',
      code: `quantile(${c([...x, ...y])}, 0.9, names = FALSE)`,
      ours: quantileOf(
        [
          { units: x.length, values: x },
          { units: y.length, values: y },
        ],
        0.9,
      ),
    },
  ]
}

/** A split of three or four variants, and one of which some expects few. */
function splitQuestions(): Question[] {
  const counts = Array.from({ length: 3 + below(2) }, () => 100 + below(5000))
  const parts = counts.map(() => 1 + below(5))
  const whole = parts.reduce((sum, part) => sum + part, 0)
  const split = (observed: readonly number[], shares: readonly number[]) =>
    observed.map((units, i) => ({ variant: `v${i}`, observed: units, share: shares[i] ?? 0 }))
  const few = Array.from({ length: 3 }, () => below(8))
  const shares = [0.2, 0.3, 0.5]
  const sum = few.reduce((before, units) => before + units, 0)
  return [
    {
      what: 'chi-square',
      code: `chisq.test(${c(counts)}, p = ${c(parts)} / ${whole})$p.value`,
      ours:
        sampleRatio(
          split(
            counts,
            parts.map((part) => part / whole),
          ),
        ).p ?? NaN,
    },
    {
      what: 'multinomial',
      code: `{g <- expand.grid(a = 0:${sum}, b = 0:${sum}); g <- g[g$a + g$b <= ${sum}, ]; d <- mapply(function(a, b) dmultinom(c(a, b, ${sum} - a - b), prob = ${c(shares)}), g$a, g$b); sum(d[d <= dmultinom(${c(few)}, prob = ${c(shares)}) * (1 + 1e-7)])}`,
      ours: exactMultinomialP(split(few, shares)) ?? NaN,
    },
  ]
}

function otherQuestions(): Question[] {
  const ps = Array.from({ length: 6 }, () => next() ** 3)
  const units = 20 + below(1_000_000)
  return [
    ...holm(ps).map((ours, i) => ({
      what: 'Holm',
      code: `p.adjust(${c(ps)}, "holm")[${i + 1}]`,
      ours,
    })),
    ...benjaminiHochberg(ps).map((ours, i) => ({
      what: 'Benjamini and Hochberg',
      code: `p.adjust(${c(ps)}, "BH")[${i + 1}]`,
      ours,
    })),
    {
      what: 'confidence sequence',
      code: `{t <- ${units} * (-2 * log(0.05) + log(1 - 2 * log(0.05))) / 5000; sqrt(2 * (t + 1) / t * log(sqrt(t + 1) / 0.05))}`,
      ours: sequentialReach(units),
    },
  ]
}

testWithR(
  'random tables give the figures of R',
  () => {
    const rounds = Array.from({ length: sized(5, 100) }, () => [
      ...rateQuestions(),
      ...meanQuestions(),
      ...splitQuestions(),
      ...otherQuestions(),
    ])
    expect(wrong(rounds.flat())).toEqual([])
  },
  PATIENCE,
)
