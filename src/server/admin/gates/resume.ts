import { resumeOf, withRampEdit } from '../../../analysis/ramp-edit'
import { codeOf, messageOf } from '../../../core/errors'
import type { Dashboard } from '../dashboard'
import type { Cause, SaveResult } from '../edits/editor'
import { BadEdit } from '../edits/prepare'

/**
 * Lets a ramp that was put back grow again, by an edit in the layer that the job writes.
 *
 * @throws {BadEdit} where there is no such ramp, or no layer to write into
 */
export async function resumeRamp(
  { context, rows, editor, job }: Dashboard,
  feature: string,
  { reason, ...cause }: Pick<Cause, 'by' | 'reason' | 'needsApproval'>,
): Promise<SaveResult> {
  const now = context.now()
  const gated = rows.gatedRampOf(feature)
  if (gated === undefined)
    throw new BadEdit(
      404,
      'not_found',
      'the live config has no such feature with a ramp with gates',
    )
  const edit = resumeOf(gated.ramp, now, reason)
  if (edit === undefined)
    throw new BadEdit(400, 'bad_edit', 'the ramp was not put back, so there is nothing to resume')
  if (job === undefined)
    throw new BadEdit(
      403,
      'read_only',
      'this server writes nothing of ramps: start it with gatesInto, or run liveflag gates --resume',
    )
  const { source, hash, text } = await editor.fileOf(job.into)
  return editor.save(
    { source, baseHash: hash, text: edited(text, feature, edit) },
    { ...cause, kind: 'gates', reason: `${feature} grows again: ${reason}`, feature },
  )
}

function edited(...given: Parameters<typeof withRampEdit>): string {
  try {
    return withRampEdit(...given)
  } catch (error) {
    if (codeOf(error) !== 'LIVEFLAG_CANNOT_EDIT') throw error
    throw new BadEdit(400, 'bad_edit', messageOf(error))
  }
}
