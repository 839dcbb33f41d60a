import { reasonOf } from '../../../core/errors'
import type { Features } from '../../../engine/features'
import { candidateOf } from '../../../fleet/entries'
import { published } from '../../../fleet/publish'
import { stageAs, type StagedResult } from '../../../fleet/staged'
import { StoreError } from '../../../sources/key-store'
import type { ProposedEdit, StagesOfEdit } from '../edits/contract'
import type { Editor, NotSaved } from '../edits/editor'
import { BadEdit } from '../edits/prepare'
import { compatOf, refusedBy } from '../edits/store-text'
import type { Staging } from './contract'
import type { Begun, StageJobs } from './stage-jobs'

export interface StagedEditsParts {
  readonly features: Features
  readonly editor: Editor
  readonly jobs: StageJobs
}

interface Signed {
  readonly by: string
  readonly reason: string
}

export type StagedSave = NotSaved | { readonly kind: 'staging'; readonly staging: Staging }

/**
 * Publishes edits in stages. They wait for no save and hold none up: a stage takes long, and the store
 * itself refuses a text that was made from another than the one in force.
 */
export class StagedEdits {
  constructor(private readonly parts: StagedEditsParts) {}

  /**
   * Resolves when the first stage has begun.
   *
   * @throws {BadEdit}
   */
  async save(edit: ProposedEdit, stages: StagesOfEdit, signed: Signed): Promise<StagedSave> {
    const { editor } = this.parts
    const { source } = edit
    const preview = await editor.prepared(edit)
    const notSaved = editor.notSaved(preview)
    if (notSaved) return notSaved
    const begun = await this.begin(source, preview.text, preview.hash, stages, signed)
    if (begun === undefined) return { kind: 'changed', preview: await editor.prepared(edit) }
    if (begun.kind === 'unwritable' || begun.kind === 'staging') return saveOf(begun, source)
    const again = await editor.prepared(edit)
    if (begun.kind === 'changed') return { kind: 'changed', preview: again }
    if (begun.kind === 'unchanged') return { kind: 'same', preview: again }
    if (begun.kind === 'published')
      return saveOf({ kind: 'staging', generation: begun.generation, percent: 100 }, source)
    return { kind: 'refused', preview: again, message: whyNot(begun) }
  }

  /** Undefined: another text is in force by now. */
  private async begin(
    source: string,
    text: string,
    hash: string,
    { percentages, eachMs }: StagesOfEdit,
    signed: Signed,
  ): Promise<Begun | Extract<NotSaved, { kind: 'unwritable' }> | undefined> {
    const { features, jobs } = this.parts
    const store = features.store(source)
    if (store === undefined)
      throw new BadEdit(
        400,
        'bad_edit',
        `${source} is in no store: a file is in force at once, so save it without stages`,
      )
    try {
      const basedOn = await published(store)
      if (basedOn.hash !== hash) return undefined
      // Its problems were compared with those of now, as those of a save are.
      const candidate = { ...candidateOf(text, 'staged', signed), isJudged: true } as const
      const { selectors } = features
      return await jobs.begin(source, (options) =>
        stageAs(store, candidate, {
          ...{ basedOn, name: source, selectors, compat: compatOf(features), ...options },
          stages: percentages,
          ...(eachMs !== undefined && { eachMs }),
        }),
      )
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      const message = `${source} cannot be written (${reasonOf(error)}); look at the fleet`
      return { kind: 'unwritable', message }
    }
  }
}

function saveOf(
  begun: Extract<Begun, { kind: 'staging' }> | Extract<NotSaved, { kind: 'unwritable' }>,
  source: string,
): StagedSave {
  if (begun.kind === 'unwritable') return begun
  const { generation, percent } = begun
  return { kind: 'staging', staging: { staging: { source, generation, percent } } }
}

function whyNot(
  result: Exclude<StagedResult, { kind: 'published' | 'changed' | 'unchanged' }>,
): string {
  switch (result.kind) {
    case 'refused':
      return refusedBy(result.refusals)
    case 'withdrawn':
      return `it was taken back from every process: ${result.reason}`
    default:
      return 'its stages were ended before they began; save again'
  }
}
