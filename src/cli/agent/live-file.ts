import { readFacts } from '../../engine/facts'
import type { JsonValue } from '../../core/json'
import { type Facts, worldOf } from '../../core/world'
import { LiveflagError } from '../../core/errors'
import { type Opened, openText, type Reading, type Text } from '../live-config-file'
import { namesOf, plainName, unknownFeature } from '../named-experiment'
import type { Terminal } from '../terminal'

/**
 * The live config that tools are asked about. Each call reads it anew: between two of them somebody
 * may have edited it.
 */
export class LiveFile {
  constructor(
    readonly path: string,
    readonly reading: Reading,
    private readonly terminal: Terminal,
  ) {}

  /** Opens it for as long as `work` takes. */
  async opened<T>(work: (opened: Opened) => T | Promise<T>): Promise<T> {
    const opened = await openText(this.path, this.reading, this.terminal.stdin)
    try {
      return await work(opened)
    } finally {
      await opened.features.close()
    }
  }

  /**
   * The name of a feature as the code uses it.
   *
   * @throws {LiveflagError} LIVEFLAG_BAD_OPTION with the nearest name, when there is no such feature
   */
  known(given: string, { features }: Opened): string {
    const names = namesOf(features)
    const name = plainName(given, names)
    if (names.includes(name)) return name
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', unknownFeature(name, this.path, features))
  }

  /** The text whose entry is in force: that of the highest layer. */
  textOf(feature: string, { texts, features }: Opened): Text | undefined {
    const source = features.describe(feature)?.source
    return texts.findLast(({ name }) => name === source)
  }
}

/** A visitor as tools are given one; without one, a visitor who is not signed in. */
export const factsOf = (given: Readonly<Record<string, unknown>> | undefined): Facts =>
  // Data from outside: what the protocol carries is JSON.
  readFacts((given ?? {}) as JsonValue)

export const worldOfVisitor = (given: Readonly<Record<string, unknown>> | undefined) =>
  worldOf(factsOf(given))
