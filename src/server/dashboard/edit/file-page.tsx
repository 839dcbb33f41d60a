import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { ConfigFiles } from '../../admin/contract'
import { useQuery } from '../api/use-query'
import { Empty, Loaded } from '../parts/states'
import { FileEditor } from './file-editor'
import { MayEdit } from './may-edit'
import type { Schema } from './schema'

/** Edits a whole file of the live config as its text. */
export default function FilePage() {
  const { query } = useLocation()
  const source = query['source'] ?? ''
  const config = useQuery<ConfigFiles>('config')
  const schema = useQuery<Schema>('schema')
  const [draft, setDraft] = useState(0)
  return (
    <MayEdit>
      <Loaded query={config}>
        {({ files }) => {
          const file = files.find((one) => one.source === source)
          if (!file) return <Empty title={`No source is called ${source}.`} />
          if (!file.canEdit)
            return <Empty title={`${file.title} cannot be edited here.`}>{file.whyNot}</Empty>
          return (
            <Loaded query={schema}>
              {(root) => (
                <FileEditor
                  key={`${source} ${draft}`}
                  newest={file}
                  root={root}
                  line={Number(query['line'] ?? 1)}
                  beginAgain={() => setDraft(draft + 1)}
                />
              )}
            </Loaded>
          )
        }}
      </Loaded>
    </MayEdit>
  )
}
