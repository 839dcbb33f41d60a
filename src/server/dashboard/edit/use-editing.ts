import { useLocation } from 'preact-iso'
import { useEffect, useState } from 'preact/hooks'
import type { FeatureDetail } from '../../admin/contract'
import type { Preview } from '../../admin/edits/contract'
import { segment } from '../api/client'
import { basePath } from '../shell/routes'
import type { Side } from './conflict-view'
import { baseOf, type Draft, editOf, usePreview } from './edit-state'
import { handOver } from './hand-over'
import { useSave } from './use-save'

/** The draft of an entry, what it began from, and what it would do. */
export function useEditing(newest: FeatureDetail, beginAgain: () => void) {
  // A newer version of the file shows itself as a conflict in the preview.
  const [detail] = useState(newest)
  const [base, setBase] = useState(() => baseOf(detail))
  const [draft, setDraft] = useState<Draft>({ kind: 'value', value: detail.value })
  const [refused, refuse] = useState<Preview>()
  const edit = editOf(draft, detail, base)
  const { name } = detail.row
  const saving = useSave({ name, page: `features/${segment(name)}`, refused: refuse })
  const asked = usePreview(edit, newest.place.hash, saving.isBusy)
  const previewed = refused ? { ...asked, preview: refused } : asked
  const { preview } = previewed
  const entryIn = <One extends { feature: string }>(entries: readonly One[] = []) =>
    entries.find(({ feature }) => feature === name)
  useEffect(() => refuse(undefined), [draft])
  const take = (side: Side): void => {
    if (side === 'theirs') return beginAgain()
    const entry = entryIn(preview?.conflict?.entries)
    if (!preview || !entry) return
    refuse(undefined)
    setBase({ ...base, hash: preview.hash, text: entry.theirs ?? '' })
    setDraft({ kind: 'text', text: entry.mine ?? '' })
  }
  const show = (kind: Draft['kind']): void => {
    if (kind === draft.kind) return
    const text = entryIn(preview?.entries)?.after ?? base.text
    setDraft(kind === 'text' ? { kind, text } : { kind, value: detail.value })
  }
  const showFile = useFileEditor(detail, edit && preview)
  return { detail, draft, setDraft, edit, previewed, saving, take, show, showFile, hash: base.hash }
}

/** Opens the whole file, with the draft in it. */
function useFileEditor({ place }: FeatureDetail, preview: Preview | undefined): () => void {
  const { route } = useLocation()
  return () => {
    if (preview && !preview.conflict) handOver(preview.hash, preview.text)
    const query = new URLSearchParams({ source: place.source, line: String(place.line) })
    route(`${basePath}file?${query.toString()}`)
  }
}
