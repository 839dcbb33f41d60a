import { reasonOf } from '../../../core/errors'
import type { Features } from '../../../engine/features'
import { publishAs, published, type PublishResult } from '../../../fleet/publish'
import { putBackOf } from '../../../fleet/rollback'
import { StoreError } from '../../../sources/key-store'
import { refused } from '../../protocols/json-body'
import type { Answer } from '../../route'
import type { Cause, SaveResult } from '../edits/editor'
import { BadEdit, reloadSoon } from '../edits/prepare'
import { compatOf, refusedBy } from '../edits/store-text'
import { answerOf } from '../edits/answers'
import type { Dashboard } from '../dashboard'
import { noGeneration } from './comparison'
import type { PutBack } from './contract'
import type { FleetStore } from './fleet-stores'

export interface PuttingBack extends Pick<Cause, 'by' | 'reason'> {
  readonly number: number
  /** The hash of what is in force, as the caller has seen it. */
  readonly basedOn: string | undefined
  readonly needsApproval: boolean
}

/**
 * Publishes the text of an old generation as the next one, or proposes it.
 *
 * @throws {BadEdit}
 */
export async function putBack(
  dashboard: Dashboard,
  fleet: FleetStore,
  { number, basedOn, needsApproval, ...signed }: PuttingBack,
): Promise<Answer> {
  const { context, editor, audit } = dashboard
  const { features } = context
  const candidate = await putBackOf(fleet.store, number, signed)
  if (candidate === undefined) throw noGeneration(number)
  if (needsApproval) return answerOf(await propose(dashboard, fleet, candidate.text, signed), true)
  const now = await published(fleet.store)
  if (basedOn !== undefined && now.hash !== basedOn) return changed(now.generation)
  // No save of this server in between: it would find another text than it was made from.
  const result = await editor.inTurn(() => publishing(fleet, candidate, now, features))
  await reloadSoon(features)
  await audit.look()
  return answerTo(result)
}

/** The whole text as an edit, for somebody to approve. */
async function propose(
  { editor }: Dashboard,
  { source }: FleetStore,
  text: string,
  signed: Pick<Cause, 'by' | 'reason'>,
): Promise<SaveResult> {
  const { hash: baseHash } = await editor.fileOf(source)
  return editor.save(
    { source, baseHash, text },
    { ...signed, kind: 'rollback', needsApproval: true },
  )
}

async function publishing(
  { store, source }: FleetStore,
  candidate: Parameters<typeof publishAs>[1],
  basedOn: Awaited<ReturnType<typeof published>>,
  features: Features,
): Promise<PublishResult | StoreError> {
  try {
    return await publishAs(store, candidate, {
      ...{ basedOn, name: source, now: true },
      ...{ selectors: features.selectors, compat: compatOf(features) },
    })
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
}

function answerTo(result: PublishResult | StoreError): Answer {
  if (result instanceof StoreError)
    return refused(503, 'unwritable', `it may have been published or not (${reasonOf(result)})`)
  switch (result.kind) {
    case 'published': {
      const { generation: number, hash } = result
      const json: PutBack = { generation: number, hash }
      return { status: 200, json }
    }
    case 'changed':
      return changed(result.now.generation)
    case 'refused':
      return refused(422, 'refused', refusedBy(result.refusals))
    default:
      throw new BadEdit(400, 'bad_edit', 'nothing changes: this text is in force already')
  }
}

const changed = (number: number | undefined): Answer =>
  refused(
    409,
    'changed',
    `${number === undefined ? 'another text' : `generation ${number}`} came in between; look at it, and roll back again`,
  )
