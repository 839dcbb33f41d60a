import { messageOf } from '../core/errors'
import type { Problem } from '../core/problem'
import type { Found, Item } from './entries/judge'
import { parseFeature } from './entries/parse-feature'
import type { Semantics } from './entries/value'
import type { Part } from './part'
import { Pace } from './text/pace'

/** Does one piece of work at a time, a slice for each turn of the event loop, and keeps no process alive. */
export class Background {
  private turn: NodeJS.Immediate | undefined

  /** Begins a work in the place of the one before. */
  start(work: Generator<void, void>): void {
    this.cancel()
    this.turn = setImmediate(() => {
      if (work.next().done !== true) this.start(work)
    }).unref()
  }

  cancel(): void {
    clearImmediate(this.turn)
  }
}

/** Looks at what was accepted unseen. Compiles it, and keeps only what is said of it: most features are never asked. */
export function* findUnseen(part: Part, rules: Semantics): Generator<void, Found> {
  const found = new Map<string, readonly Problem[]>()
  const semantics = { ...rules, shared: part.shared ?? rules.shared, eager: true }
  const pace = new Pace()
  for (const [name, item] of part.items) {
    if (!item.unseen) continue
    if (pace.due()) yield
    found.set(name, problemsOf(name, item, semantics))
  }
  return found
}

function problemsOf(feature: string, { entry }: Item, semantics: Semantics): readonly Problem[] {
  try {
    return parseFeature(entry, semantics).problems
  } catch (error) {
    const message = `liveflag failed to look at this feature (${messageOf(error)}); please report it with the file`
    return [{ code: 'internal', severity: 'warning', feature, message }]
  }
}
