import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Definition } from '../../core/feature'
import type { Features } from '../../engine/features'
import { type GrowthBookPayload, payloadOf } from '../../export/payload'
import type { ServerLog } from '../route'
import { encrypted } from './encryption'

/** What one kind of client is sent, in each form that it may ask for. */
export interface SentPayload {
  /** For event streams. */
  readonly text: string
  readonly bytes: Uint8Array
  readonly gzipped: Uint8Array
  /** Names the content: equal for equal features, in every process and after every start. */
  readonly hash: string
  readonly etag: string
}

/** Which features a client sees: all, or those for browsers. */
export type Visibility = 'all' | 'client'

export interface PayloadOptions {
  readonly encryptionKey: Buffer | undefined
  readonly log: Pick<ServerLog, 'warn'>
}

/**
 * The payloads of the content in force. Each is made when it is first asked for; an edit that
 * changes nothing in it leaves it as it was, its date included.
 */
export class Payloads {
  private readonly latest = new Map<Visibility, SentPayload & { readonly generation: number }>()
  private reported = ''

  constructor(
    private readonly features: Features,
    private readonly options: PayloadOptions,
  ) {}

  of(visibility: Visibility): SentPayload {
    const before = this.latest.get(visibility)
    const { generation, loadedAt } = this.features.content
    if (before?.generation === generation) return before
    const payload = this.payload(visibility)
    const hash = hashOf(payload)
    const sent = before?.hash === hash ? before : this.sent(payload, hash, loadedAt)
    this.latest.set(visibility, { ...sent, generation })
    return sent
  }

  private payload(visibility: Visibility): GrowthBookPayload {
    const { names, rejected } = this.features.snapshot
    const known = new Set([...names, ...rejected])
    const payload = payloadOf(this.definitions(names, visibility), (name) => known.has(name))
    if (visibility === 'all') this.report([...payload.leftOut.keys()])
    return payload
  }

  private definitions(
    names: readonly string[],
    visibility: Visibility,
  ): ReadonlyMap<string, Definition> {
    const definitions = new Map<string, Definition>()
    for (const name of [...names].sort()) {
      const definition = this.features.definition(name)
      const isSeen = visibility === 'all' || definition?.feature.metadata['client'] === true
      if (definition && isSeen) definitions.set(name, definition)
    }
    return definitions
  }

  /** Names the features once for each content in which they are others. */
  private report(leftOut: readonly string[]): void {
    const names = leftOut.join(', ')
    if (names === this.reported) return
    this.reported = names
    if (names !== '')
      this.options.log.warn(
        { features: leftOut },
        'clients of GrowthBook are not sent some features; liveflag check --target growthbook says why',
      )
  }

  private sent(payload: GrowthBookPayload, hash: string, changedAt: Date): SentPayload {
    const text = JSON.stringify({
      status: 200,
      ...this.parts(payload),
      dateUpdated: changedAt.toISOString(),
    })
    const etag = `W/"${hash.slice(0, 22)}"`
    return { text, bytes: Buffer.from(text), gzipped: gzipSync(text), hash, etag }
  }

  private parts({ features, savedGroups, contextualBandits }: GrowthBookPayload): object {
    const { encryptionKey: key } = this.options
    if (key === undefined) return { features, savedGroups, contextualBandits }
    const hidden = (part: object): string => encrypted(JSON.stringify(part), key)
    return {
      features: {},
      encryptedFeatures: hidden(features),
      encryptedSavedGroups: hidden(savedGroups),
      encryptedContextualBandits: hidden(contextualBandits),
    }
  }
}

function hashOf({ features, savedGroups, contextualBandits }: GrowthBookPayload): string {
  const text = JSON.stringify([features, savedGroups, contextualBandits])
  return createHash('sha256').update(text).digest('base64url')
}
