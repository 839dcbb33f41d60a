import type { Compat } from '../../../core/selector'
import type { Features } from '../../../engine/features'
import { candidateOf } from '../../../fleet/entries'
import { generation } from '../../../fleet/history'
import { ALLOWED } from '../../../fleet/judge'
import { publishAs, published, type PublishResult } from '../../../fleet/publish'
import { contentHash } from '../../../sources/bytes'
import { HEAD } from '../../../sources/fleet-records'
import type { KeyStore } from '../../../sources/key-store'
import {
  type EditableText,
  MOST_BYTES,
  type NoText,
  type Replaced,
  type Replacement,
  type Signature,
  type StampedText,
  TOO_LARGE,
} from './editable-text'

/** How the features read what is published. */
export type ReadBy = Pick<Features, 'selectors' | 'definition' | 'snapshot'>

/** The live config of a store, which is replaced by publishing the next generation. */
export class StoreText implements EditableText {
  constructor(
    private readonly source: string,
    private readonly store: KeyStore,
    private readonly features: ReadBy,
  ) {}

  async read(known: string | undefined): Promise<StampedText | 'unchanged' | NoText> {
    const { store } = this
    const stored =
      known !== undefined && store.getUnless
        ? await store.getUnless(known, HEAD)
        : await store.get(HEAD)
    if (stored === undefined) return { whyNot: 'nothing is published there' }
    if (stored === 'unchanged' || stored.version === known) return 'unchanged'
    const { bytes, version: stamp } = stored
    if (bytes.length > MOST_BYTES) return TOO_LARGE
    const signed = await this.signatureOf(stamp).catch(() => undefined)
    return { bytes, stamp, ...(signed && { signed }) }
  }

  async replace(
    { hash, text, by, reason, takesBack }: Replacement,
    onReady: (hash: string) => void,
  ): Promise<Replaced> {
    const basedOn = await published(this.store)
    if (basedOn.hash !== hash) return undefined
    onReady(contentHash(text))
    // Its problems were compared with those of now: a switch-off does not wait for another entry.
    const candidate = {
      ...candidateOf(text, 'publish', { by, reason }),
      isJudged: true,
      ...(takesBack && { takesBack }),
    } as const
    const { selectors } = this.features
    return replacedBy(
      await publishAs(this.store, candidate, {
        ...{ basedOn, name: this.source, selectors, compat: compatOf(this.features) },
        ...(takesBack && { allow: ALLOWED }),
      }),
    )
  }

  /** The store cannot be asked at once, and the log is read before the text is. */
  isStill(): boolean {
    return true
  }

  /** Who published it; undefined where another tool wrote it. */
  private async signatureOf(version: string): Promise<Signature | undefined> {
    const base = await published(this.store)
    if (base.version !== version || base.generation === undefined) return undefined
    const entry = await generation(this.store, base.generation)
    return entry && { by: entry.by, reason: entry.reason, kind: entry.kind }
  }
}

/** How the entries in force are read. */
export function compatOf(features: ReadBy): Compat {
  const read = features.snapshot.names.map((name) => features.definition(name)).find((one) => one)
  return read?.feature.compat ?? 'liveflag'
}

function replacedBy(result: PublishResult): Replaced {
  if (result.kind === 'published') return result.hash
  if (result.kind !== 'refused') return undefined
  return { refused: refusedBy(result.refusals) }
}

/** Why a text is not published, and what to do. */
export const refusedBy = (
  refusals: readonly { readonly code: string; readonly message: string }[],
): string =>
  `it is not published: ${refusals
    .map(({ code, message }) => message + (WHAT_TO_DO[code] ?? ''))
    .join('; ')}`

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  staging: '; wait for it, or take it back under Fleet',
  quarantined:
    '; if this text was not to blame, a command puts it in force: liveflag publish or rollback with --allow-quarantined',
}
