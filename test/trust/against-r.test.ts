/**
 * The figures of reports beside those of R, of tables drawn at random. Without `Rscript` on the PATH
 * there is nothing to compare with.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { sequentialReach } from '../../src/analysis/confidence-sequence'
import { difference, lift, sideOfMeans } from '../../src/analysis/comparisons'
import { differenceInRates, figureOfRate } from '../../src/analysis/effects'
import { areFewExpected } from '../../src/analysis/exact-rates'
import { benjaminiHochberg, holm } from '../../src/analysis/many-tests'
import { adjustByBefore } from '../../src/analysis/cuped'
import { Moments, PairMoments } from '../../src/analysis/moments'
import { exactMultinomialP } from '../../src/analysis/multinomial'
import { quantileOf } from '../../src/analysis/outliers'
import { liftOfRates } from '../../src/analysis/proportions'
import { pOfRates, scoreInterval, scoreOf } from '../../src/analysis/rate-tests'
import { sideOfRatio } from '../../src/analysis/ratio-metric'
import { sampleRatio } from '../../src/analysis/sample-ratio'
import { stratifiedDifferenceOfMeans, stratifiedLiftOfMeans } from '../../src/analysis/strata'
import { stratifiedDifference, stratifiedLift } from '../../src/analysis/stratified-rates'
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
  /** By how much of the value the two may differ; default a ten millionth. */
  readonly precision?: number
}

function answersOf(questions: readonly Question[]): readonly number[] {
  const program = questions
    .map(({ code }) => `cat(sprintf("%.17g\\n", suppressWarnings(${code})))`)
    .join('\n')
  const printed = execFileSync('Rscript', ['--vanilla', '-'], { input: program, encoding: 'utf8' })
  return printed.trim().split('\n').map(Number)
}

/** Those that differ from R by more than a ten millionth of the value, or what the question allows. */
function wrong(questions: readonly Question[]): readonly string[] {
  const answers = answersOf(questions)
  expect(answers).toHaveLength(questions.length)
  return questions.flatMap(({ what, code, ours, precision = 1e-7 }, i) => {
    const theirs = answers[i] ?? NaN
    const off = Math.abs(ours - theirs)
    return off <= precision * Math.max(Math.abs(theirs), 1e-12) || off < 1e-13
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
      {
        what: 'Pearson, or Fisher of few',
        code: areFewExpected([{ ours, theirs }])
          ? `fisher.test(matrix(${c([a, n - a, b, m - b])}, 2), conf.int = FALSE)$p.value`
          : `${test}$p.value`,
        ours: differenceInRates(ours, theirs)?.p ?? NaN,
      },
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
  const [a, b] = [sideOfMeans(ours), sideOfMeans(theirs)]
  const found = a && b ? judge(difference(a, b), 0) : null
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

/** Two to four phases of two rates, few units or many, and phases in which nobody converted. */
function phaseQuestions(): Question[] {
  const strata = Array.from({ length: 2 + below(3) }, () => {
    const [n, m] = [2 + below([10, 400, 50_000][below(3)] ?? 0), 2 + below(400)]
    const ours = { converted: below(n + 1), units: n }
    return { ours, theirs: { converted: below(m + 1), units: m } }
  })
  const first = strata[0]
  if (first) first.ours.converted = first.theirs.converted = 1
  const column = (of: (one: (typeof strata)[number]) => number): string => c(strata.map(of))
  const table = `a <- ${column(({ ours }) => ours.converted)}; n <- ${column(({ ours }) => ours.units)}; k <- ${column(({ theirs }) => theirs.converted)}; m <- ${column(({ theirs }) => theirs.units)}; w <- n * m / (n + m)`
  const difference = stratifiedDifference(strata)
  const ratio = stratifiedLift(strata)
  const estimate = `(sum(a * m / (n + m)) / sum(k * n / (n + m)))`
  const cubes = `array(rbind(a, k, n - a, m - k), c(2, 2, length(a)))`
  const p = pOfRates(strata)
  const isExact = areFewExpected(strata)
  return [
    {
      what: 'Mantel and Haenszel, difference',
      code: `{${table}; sum(w * (a / n - k / m)) / sum(w)}`,
      ours: difference?.value ?? NaN,
    },
    {
      what: isExact ? 'Mantel and Haenszel, exact' : 'Mantel and Haenszel, p',
      code: isExact
        ? `{${table}; ${EXACT_P}; tryCatch(mantelhaen.test(${cubes}, exact = TRUE)$p.value, error = function(e) exactP(a, n, k, m))}`
        : `{${table}; mantelhaen.test(${cubes}, correct = FALSE)$p.value}`,
      ours: p ?? NaN,
    },
    // How far an end of an interval is from what was seen, by the error that is true there.
    ...[0, 1].flatMap((end) => {
      const at = scoreInterval(strata, 1.96)[end] ?? NaN
      return Math.abs(at) > 0.999
        ? []
        : [
            {
              what: 'Miettinen and Nurminen, difference',
              code: `{${table}; ${SCORE_OF_DIFFERENCE}; score(${at})}`,
              ours: scoreOf(strata)(at),
              precision: 1e-5,
            },
          ]
    }),
    {
      what: 'Mantel and Haenszel, ratio',
      code: `{${table}; ${estimate} - 1}`,
      ours: ratio?.value ?? NaN,
    },
    // An end at no effect was moved there, since the exact test finds none.
    ...(ratio?.interval ?? []).flatMap((end) =>
      end === 0 || end > 1e6
        ? []
        : [
            {
              what: 'Miettinen and Nurminen, ratio',
              code: `{${table}; ${SCORE_OF_RATIO}; abs(score(1 + ${end}))}`,
              ours: 1.959963984540054,
              precision: 1e-4,
            },
          ],
    ),
    ...strata.slice(0, 1).map(({ ours, theirs }) => ({
      what: 'one phase, the log ratio',
      code: `{r <- log(${ours.converted} / ${ours.units}) - log(${theirs.converted} / ${theirs.units}); exp(r + qnorm(0.975) * sqrt(1 / ${ours.converted} - 1 / ${ours.units} + 1 / ${theirs.converted} - 1 / ${theirs.units})) - 1}`,
      ours: liftOfRates(ours, theirs)?.interval[1] ?? NaN,
    })),
  ]
}

/**
 * The p of mantelhaen.test with exact = TRUE, for tables of which R's search of an interval, which nobody asks
 * for, finds no end and stops with an error.
 */
const EXACT_P = `exactP <- function(a, n, k, m) {
  d <- 1; low <- 0
  for (i in seq_along(a)) {
    x <- max(0, a[i] + k[i] - m[i]):min(n[i], a[i] + k[i])
    e <- dhyper(x, n[i], m[i], a[i] + k[i])
    sums <- rep(0, length(d) + length(e) - 1)
    for (j in seq_along(d)) sums[j:(j + length(e) - 1)] <- sums[j:(j + length(e) - 1)] + d[j] * e
    d <- sums; low <- low + x[1]
  }
  sum(d[d <= d[sum(a) - low + 1] * (1 + 1e-7)])
}`

/** Miettinen and Nurminen (1985), as it is defined: by the most likely rates that are so far apart. */
const SCORE_OF_DIFFERENCE = `likely <- function(a, n, k, m, d) optimize(function(q) dbinom(k, m, q, log = TRUE) + dbinom(a, n, q + d, log = TRUE), c(max(0, -d), min(1, 1 - d)), maximum = TRUE, tol = 1e-12)$maximum; score <- function(d) {q <- mapply(likely, a, n, k, m, d); p <- q + d; sum(w * (a / n - k / m - d)) / sqrt(sum(w^2 * (p * (1 - p) / n + q * (1 - q) / m) * (n + m) / (n + m - 1)))}`
const SCORE_OF_RATIO = `likely <- function(a, n, k, m, r) optimize(function(q) dbinom(k, m, q, log = TRUE) + dbinom(a, n, pmin(1, q * r), log = TRUE), c(0, min(1, 1 / r)), maximum = TRUE, tol = 1e-12)$maximum; score <- function(r) {q <- mapply(likely, a, n, k, m, r); p <- r * q; sum(w * (a / n - r * k / m)) / sqrt(sum(w^2 * (p * (1 - p) / n + r^2 * q * (1 - q) / m) * (n + m) / (n + m - 1)))}`

/** Phases of two samples of values, beside vectors in R. */
function phasedMeanQuestions(): Question[] {
  const draw = (units: number, middle: number): number[] =>
    Array.from({ length: units }, () => middle + 4 * normal())
  // Of one size on both sides: of uneven ones the spread is not always the one that was seen.
  const phases = Array.from({ length: 2 + below(2) }, (_, i) => {
    const units = 3 + below(12)
    return [draw(units, 20 + i), draw(units, 19)] as const
  })
  const strata = phases.map(([x, y]) => ({ ours: Moments.of(x), theirs: Moments.of(y) }))
  const lists = (at: 0 | 1): string => `list(${phases.map((phase) => c(phase[at])).join(', ')})`
  const table = `x <- ${lists(0)}; y <- ${lists(1)}; n <- lengths(x); m <- lengths(y); w <- n * m / (n + m) / sum(n * m / (n + m)); e <- c(w^2 * sapply(x, var) / n, w^2 * sapply(y, var) / m); d <- sum(w * (sapply(x, mean) - sapply(y, mean))); f <- sum(e)^2 / sum(e^2 / c(n - 1, m - 1))`
  const found = stratifiedDifferenceOfMeans(strata)
  const ratio = stratifiedLiftOfMeans(strata)
  return [
    { what: 'phases of means', code: `{${table}; d}`, ours: found?.value ?? NaN },
    {
      what: 'phases of means, low',
      code: `{${table}; d - qt(0.975, f) * sqrt(sum(e))}`,
      ours: found?.interval?.[0] ?? NaN,
    },
    {
      what: 'phases of means, p',
      code: `{${table}; 2 * pt(-abs(d) / sqrt(sum(e)), f)}`,
      ours: found?.p ?? NaN,
    },
    {
      what: 'phases of means, lift',
      code: `{${table}; sum(w * sapply(x, mean)) / sum(w * sapply(y, mean)) - 1}`,
      ours: ratio?.value ?? NaN,
    },
  ]
}

/** CUPED is the analysis of covariance: one slope within all groups, as lm has it. */
function pairQuestions(): Question[] {
  const pairs = (count: number, effect: number) =>
    Array.from({ length: count }, () => {
      const before = 5 + 2 * normal()
      return [before, 3 * before + effect + normal()] as const
    })
  const [ours, theirs] = [pairs(6 + below(30), 1), pairs(6 + below(30), 0)]
  const all = [...ours, ...theirs]
  const { sides, theta } = adjustByBefore([PairMoments.of(theirs), PairMoments.of(ours)])
  const [a, b] = sides
  const table = `g <- ${c(all.map((_, i) => (i < ours.length ? 1 : 0)))}; x <- ${c(all.map(([x]) => x))}; y <- ${c(all.map(([, y]) => y))}`
  const ratio = sideOfRatio(PairMoments.of(ours))
  const third = Moments.of(all.map(([, y]) => y))
  return [
    { what: 'CUPED, slope', code: `{${table}; coef(lm(y ~ g + x))[["x"]]}`, ours: theta },
    {
      what: 'CUPED, difference',
      code: `{${table}; coef(lm(y ~ g + x))[["g"]]}`,
      ours: a && b ? b.mean - a.mean : NaN,
    },
    {
      what: 'ratio, delta method',
      code: `{${table}; x <- x[g == 1]; y <- y[g == 1]; r <- sum(x) / sum(y); sqrt(var(x - r * y) / length(x)) / mean(y)}`,
      ours: Math.sqrt(ratio?.squaredError ?? NaN),
    },
    {
      what: 'skewness',
      code: `{${table}; z <- y - mean(y); mean(z^3) / mean(z^2)^1.5}`,
      ours: third.skewness,
    },
    {
      what: 'skewness of joined parts',
      code: `{${table}; z <- y - mean(y); mean(z^3) / mean(z^2)^1.5}`,
      ours: PairMoments.joined([PairMoments.of(ours), PairMoments.of(theirs)]).second.skewness,
    },
    {
      what: 'products of joined parts',
      code: `{${table}; sum((x - mean(x)) * (y - mean(y)))}`,
      ours: PairMoments.joined([PairMoments.of(ours), PairMoments.of(theirs)]).products,
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
      ...phaseQuestions(),
      ...phasedMeanQuestions(),
      ...pairQuestions(),
      ...otherQuestions(),
    ])
    expect(wrong(rounds.flat())).toEqual([])
  },
  PATIENCE,
)
