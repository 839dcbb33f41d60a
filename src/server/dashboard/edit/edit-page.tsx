import { useRoute } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { FeatureDetail } from '../../admin/contract'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { SourceName } from '../parts/source-name'
import { Empty, Loaded } from '../parts/states'
import { Editor } from './editor'
import { MayEdit } from './may-edit'
import type { Schema } from './schema'

/** Edits one entry: as a form, or as its text. */
export default function EditPage() {
  const { params } = useRoute()
  const name = params['name'] ?? ''
  const detail = useQuery<FeatureDetail>(`features/${segment(name)}`)
  const schema = useQuery<Schema>('schema')
  const [draft, setDraft] = useState(0)
  return (
    <MayEdit>
      <Loaded query={detail}>
        {(feature) =>
          feature.row.canEdit ? (
            <Loaded query={schema}>
              {(root) => (
                <Editor
                  key={`${name} ${draft}`}
                  newest={feature}
                  root={root}
                  beginAgain={() => setDraft(draft + 1)}
                />
              )}
            </Loaded>
          ) : (
            <Empty title={`${name} cannot be edited here.`}>
              Its source, <SourceName source={feature.row.source} />, is no file that this server
              may write, and in no store that it may publish to.
            </Empty>
          )
        }
      </Loaded>
    </MayEdit>
  )
}
