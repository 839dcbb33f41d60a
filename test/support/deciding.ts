import {
  createDecider,
  type Decider,
  type DeciderOptions,
  memoryStore,
} from '../../src/decide/decide'
import type { Store } from '../../src/recording/store'
import { closeEngines, type Engine, openEngine } from './engine'

/** A decider over a text, its clock, and every row that its store was given. */
export interface Deciding {
  readonly decider: Decider
  readonly engine: Engine
  readonly store: Store
  /** Seen by the decider and by the experiments' times. */
  readonly clock: { now: number }
  readonly errors: Error[]
}

export const MAY = Date.parse('2026-05-01T00:00:00Z')
export const DAY = 86_400_000

const open = new Set<Decider>()

export async function openDecider(
  text: string,
  options: Partial<DeciderOptions> = {},
): Promise<Deciding> {
  const clock = { now: MAY }
  const now = (): number => clock.now
  const engine = await openEngine(text, { now })
  const store = typeof options.store === 'object' ? options.store : memoryStore()
  const errors: Error[] = []
  const decider = createDecider({
    features: engine.features,
    now,
    onError: (error) => errors.push(error),
    log: { onError: (error) => errors.push(error) },
    ...options,
    store,
  })
  open.add(decider)
  return { decider, engine, store, clock, errors }
}

export async function closeDeciders(): Promise<void> {
  await Promise.all([...open].map((decider) => decider.close()))
  open.clear()
  await closeEngines()
}

/**
 * `feature_NAME` with one experiment of the same id that gives everybody variant `a`, whose value
 * is `NAME!`.
 */
export const experiment = (name: string, keys = ''): string =>
  `feature_${name}: {default: ${name}?, experiment: {variants: [{name: a, value: "${name}!"}]${keys && `, ${keys}`}}}\n`

/** The same store, counting its calls. */
export function counting(
  store: Store,
): Store & { readonly calls: Record<'write' | 'admit' | 'histories', number> } {
  const calls = { write: 0, admit: 0, histories: 0 }
  const counted = {
    write: store.write.bind(store),
    admit: store.admit.bind(store),
    histories: store.histories.bind(store),
  }
  return Object.assign(Object.create(store) as Store, {
    calls,
    write: (...args: Parameters<Store['write']>) => (calls.write++, counted.write(...args)),
    admit: (...args: Parameters<Store['admit']>) => (calls.admit++, counted.admit(...args)),
    histories: (...args: Parameters<Store['histories']>) => (
      calls.histories++,
      counted.histories(...args)
    ),
    close: () => store.close(),
    open: () => store.open(),
  })
}

/** How many decisions of an experiment a store has, by their reason. */
export const reasonsOf = async (
  store: Store,
  experimentId: string,
): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await store.decisionsByReason(experimentId)).map(({ reason, decisions }) => [
      reason,
      decisions,
    ]),
  )
