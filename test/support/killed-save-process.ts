// A server's save of a file that is killed half-way; a test starts it. `before` or `after` says when:
// the log has the edit as pending, and the file is not replaced yet, or it is.
import { EditOnItsWay } from '../../src/server/admin/edits/edit-log'
import { replaceFile } from '../../src/server/admin/edits/replace-file'
import { SqlEditLog } from '../../src/server/admin/edits/sql-edit-log'
import { openDatabase } from '../../src/server/database'

const [db = '', source = '', hash = '', text = '', moment = ''] = process.argv.slice(2)

const log = new SqlEditLog(openDatabase(db, 'test'))
const edit = new EditOnItsWay(log, {
  at: Date.now() - 60_000,
  by: 'ann',
  reason: 'r',
  kind: 'edit',
  source,
  entries: [{ feature: 'search', before: 'feature_search: on', after: 'feature_search: off' }],
  diff: '',
  hashBefore: hash,
  rollsBack: null,
  proposal: null,
  approvedBy: null,
})

const die = (): void => void process.kill(process.pid, 'SIGKILL')

void replaceFile(source, hash, text, (after) => {
  edit.begin(after)
  if (moment === 'before') die()
}).then(die)
