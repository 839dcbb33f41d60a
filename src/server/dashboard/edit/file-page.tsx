import { useLocation } from 'preact-iso'
import { useRef, useState } from 'preact/hooks'
import type { ConfigFile, ConfigFiles } from '../../admin/contract'
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
  const last = useRef<ConfigFile | undefined>(undefined)
  return (
    <MayEdit>
      <Loaded query={config}>
        {({ files }) => {
          const file = files.find((one) => one.source === source)
          if (file?.canEdit) last.current = file
          // A file that is away for a moment takes no draft along.
          const newest = last.current?.source === source ? last.current : undefined
          if (!newest) return <NotHere source={source} file={file} />
          return (
            <Loaded query={schema}>
              {(root) => (
                <FileEditor
                  key={`${source} ${draft}`}
                  newest={newest}
                  inForce={file?.hash ?? ''}
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

interface NotHereProps {
  readonly source: string
  readonly file: ConfigFile | undefined
}

const NotHere = ({ source, file }: NotHereProps) =>
  file ? (
    <Empty title={`${file.title} cannot be edited here.`}>{file.whyNot}</Empty>
  ) : (
    <Empty title={`No source is called ${source}.`} />
  )
