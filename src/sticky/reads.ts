import type { StickyDocument, StickyService } from '../growthbook/context'
import { attempt, inTime } from './in-time'
import { soundDocument, type Wanted } from './wanted'

export interface Read {
  readonly documents: ReadonlyMap<string, StickyDocument>
  /** What could not be read, so that nobody knows what it holds. */
  readonly missed: ReadonlySet<string>
}

/** What a service gave, by key. */
type Given = Readonly<Record<string, unknown>>

/** Asks a service for documents. Whoever asks for the same in one turn of the event loop, before the answer is there, shares one call. */
export class Reads {
  private readonly asked = new Map<string, Promise<Given>>()
  private turn: NodeJS.Immediate | undefined

  constructor(private readonly service: StickyService) {}

  async load(wanted: readonly Wanted[], timeoutMs: number, tell: (error: unknown) => void): Promise<Read> {
    const documents = new Map<string, StickyDocument>()
    const missed = new Set<string>()
    const take = async (group: readonly Wanted[]): Promise<void> => {
      try {
        const given = await inTime(this.ask(group), timeoutMs, 'give documents', true)
        for (const one of group) {
          const document = soundDocument(given[one.key], one)
          if (document) documents.set(one.key, document)
        }
      } catch (error) {
        for (const { key } of group) missed.add(key)
        tell(error)
      }
    }
    const inOneGo = this.service.getAllAssignments !== undefined && wanted.length > 0
    await Promise.all((inOneGo ? [wanted] : wanted.map((one) => [one])).map(take))
    return { documents, missed }
  }

  /** From here on everybody asks anew. */
  forget(): void {
    this.asked.clear()
  }

  private ask(group: readonly Wanted[]): Promise<Given> {
    const name = JSON.stringify(group.map(({ key }) => key))
    const known = this.asked.get(name)
    if (known) return known
    const asking = attempt(() => this.call(group))
    this.asked.set(name, asking)
    const settled = (): void => void (this.asked.get(name) === asking && this.asked.delete(name))
    asking.then(settled, settled)
    this.turn ??= setImmediate(() => {
      this.turn = undefined
      this.forget()
    })
    return asking
  }

  private async call(group: readonly Wanted[]): Promise<Given> {
    if (this.service.getAllAssignments) {
      return this.service.getAllAssignments(Object.fromEntries(group.map(({ name, value }) => [name, value])))
    }
    const given = group.map(async ({ key, name, value }) => [key, await this.service.getAssignments(name, value)] as const)
    return Object.fromEntries(await Promise.all(given))
  }
}
