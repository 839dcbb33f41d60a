import { entryTexts } from '../../../editing/edit-text'
import { abortStages } from '../../../fleet/abort'
import { generation } from '../../../fleet/history'
import { readState } from '../../../fleet/store-state'
import { formatOf } from '../../../sources/key-source'
import type { KeyStore } from '../../../sources/key-store'
import type { Dashboard } from '../dashboard'
import type { Cause, SaveResult } from '../edits/editor'
import { BadEdit, reloadSoon } from '../edits/prepare'

/**
 * Switches a feature off for everybody. One that is off already, or not there, may be on in the
 * processes of a stage: then the generation that is being staged is taken back.
 *
 * @throws {BadEdit}
 */
export async function switchOff(
  dashboard: Pick<Dashboard, 'editor' | 'stores' | 'context'>,
  feature: string,
  signed: Pick<Cause, 'by' | 'reason'>,
): Promise<SaveResult> {
  const { editor, stores, context } = dashboard
  const result = await orUnknown(editor.off(feature, signed.by, signed.reason))
  if (!(result instanceof BadEdit) && result.kind !== 'same') return result
  for (const { store } of stores.all()) {
    if (!(await isOnItsWay(store, feature))) continue
    const number = await abortStages(store, signed)
    await reloadSoon(context.features)
    throw new BadEdit(
      400,
      'bad_edit',
      `${feature} was on in what was being staged alone: generation ${number} is taken back, and nothing else changes`,
    )
  }
  if (result instanceof BadEdit) throw result
  return result
}

const orUnknown = (off: Promise<SaveResult>): Promise<SaveResult | BadEdit> =>
  off.catch((error: unknown) => {
    if (error instanceof BadEdit && error.code === 'not_found') return error
    throw error
  })

/** Whether what is being staged has another entry of a feature. */
async function isOnItsWay(store: KeyStore, feature: string): Promise<boolean> {
  const { staged, head } = await readState(store)
  const entry = staged && (await generation(store, staged.rollout.generation))
  if (entry === undefined) return false
  const written = (text: string): string | undefined =>
    entryTexts(text, formatOf(store.name, text)).get(feature)
  return written(entry.text) !== written(head?.text ?? '')
}
