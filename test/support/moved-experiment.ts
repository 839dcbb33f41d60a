import { differenceInRates } from '../../src/analysis/effects'
import { hundredthOf } from '../../src/hash/sha256'
import { chance } from './chance'
import { closeEngines } from './engine'
import { conversionRow } from './rows'
import { DAY, ids, running, START } from './running-experiment'

const PEOPLE = 2000

const list = (a: number, b: number): string =>
  `feature_size: {experiment: {experiment_id: split, variants: [{name: a, weight: ${a}}, {name: b, weight: ${b}}]}}`

const isMoved = (id: string): boolean => {
  const bucket = hundredthOf(id, 'split', 'variant')
  return bucket >= 5000 && bucket < 8000
}

/** One experiment without an effect, in which those who buy come back more often. */
export async function movedExperiment(run: number) {
  const { next } = chance(run + 1)
  const people = ids(PEOPLE, run * PEOPLE).map((id) => {
    const isOften = next() < 0.5
    return { id, returns: next() < (isOften ? 0.9 : 0.1), buys: next() < (isOften ? 0.4 : 0.1) }
  })
  const { store, come, set, report } = await running(list(50, 50))
  await come(
    people.map(({ id }) => id),
    0,
  )
  await set(list(80, 20))
  await come(
    people.filter(({ returns }) => returns).map(({ id }) => id),
    1,
  )
  await store.write({
    conversions: people
      .filter(({ buys }) => buys)
      .map(({ id }) => conversionRow(id, null, { at: START + 2 * DAY })),
  })
  const found = await report({ control: 'a' })
  const side = (isOfB: boolean) => {
    const own = people.filter(
      ({ id, returns }) =>
        hundredthOf(id, 'split', 'variant') >= 5000 === isOfB && !(isMoved(id) && returns),
    )
    return { units: own.length, converted: own.filter(({ buys }) => buys).length }
  }
  await closeEngines()
  return {
    /** Those who crossed left out, and no others. */
    naive: differenceInRates(side(true), side(false))?.p ?? 1,
    byBucket: found.conversions[0]?.variants.find(({ variant }) => variant === 'b')?.difference?.p,
  }
}
