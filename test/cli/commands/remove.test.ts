/** `liveflag remove FEATURE FILE SRC…`: takes a feature out of the code and the live config. */
import { chmodSync, readFileSync, statSync } from 'node:fs'
import { block, liveflag, scratch } from '../captured-terminal'

const write = scratch()

const LIVE =
  '# what is live\nfeature_a: on # for ever\nfeature_x:\n  percent_loggedin: 100\n# the end\nfeature_b: off\n'
const CODE = `import { old } from './old'\n\nexport const page = () => (features.isEnabled('x') ? fresh() : old())\n`

/** Files of one test, by names of their own. */
const files = (name: string, code = CODE): { live: string; code: string; old: string } => ({
  live: write(`${name}.yaml`, LIVE),
  code: write(`${name}.ts`, code),
  old: write('old.ts', 'export const old = () => 1\n'),
})

test('prints what would change, and changes nothing', async () => {
  const { live, code, old } = files('dry')
  const { code: exit, out } = await liveflag(['remove', 'x', live, code, old, '--as', 'on'])
  const short = out
    .replaceAll(live, 'live.yaml')
    .replaceAll(code, 'page.ts')
    .replaceAll(old, 'old.ts')
  expect(short.replace(/\t\n/g, '\n')).toBe(
    block(`
      --- page.ts
      +++ page.ts
      @@ -1,3 +1,1 @@
      -import { old } from './old'
      -
      -export const page = () => (features.isEnabled('x') ? fresh() : old())
      +export const page = () => fresh()
      --- live.yaml
      +++ live.yaml
      @@ -1,6 +1,4 @@
       # what is live
       feature_a: on # for ever
      -feature_x:
      -  percent_loggedin: 100
       # the end
       feature_b: off
      old.ts: nothing imports it any more; delete it if nothing else uses it
      2 files would change; add --write to change them
    `),
  )
  expect(exit).toBe(0)
  expect([readFileSync(live, 'utf8'), readFileSync(code, 'utf8')]).toEqual([LIVE, CODE])
})

test('--write changes the files, which keep their modes; a second run finds nothing', async () => {
  const { live, code } = files('written')
  chmodSync(code, 0o755)
  const first = await liveflag(['remove', 'feature_x', live, code, '--as', 'on', '--write'])
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringContaining('2 files changed\n') as string,
  })
  expect(readFileSync(code, 'utf8')).toBe('export const page = () => fresh()\n')
  expect(statSync(code).mode & 0o777).toBe(0o755)
  expect(readFileSync(live, 'utf8')).toBe(
    '# what is live\nfeature_a: on # for ever\n# the end\nfeature_b: off\n',
  )
  expect(await liveflag(['remove', 'x', live, code, '--as', 'on', '--write'])).toEqual({
    code: 0,
    out: 'nothing to change\n',
    err: '',
  })
})

test('a place that is not certain stays, is named, and keeps the entry; --force removes that', async () => {
  const source = `if (features.isEnabled('x', { user: next() })) one()\n`
  const { live, code } = files('left', source)
  const kept = await liveflag(['remove', 'x', live, code, '--as', 'on', '--write'])
  expect({ ...kept, out: kept.out.replaceAll(code, 'a.ts') }).toEqual({
    code: 1,
    out:
      'a.ts:1:5  left  its overrides do something when they are evaluated\n' +
      'feature_x stays in the live config, because of the places above; replace them and run this again, or add --force\n' +
      'nothing to change\n',
    err: '',
  })
  await liveflag(['remove', 'x', live, code, '--as', 'on', '--write', '--force'])
  expect(readFileSync(live, 'utf8')).not.toContain('feature_x')
})

test('a name that only running the code tells keeps the entry, unless what is not there is off as well', async () => {
  const { live, code } = files('dynamic', `for (const name of names) features.isEnabled(name)\n`)
  const on = await liveflag(['remove', 'x', live, code, '--as', 'on', '--json'])
  expect(JSON.parse(on.out)).toMatchObject({ changed: [], left: [{ line: 1, isCertain: false }] })
  const off = await liveflag(['remove', 'x', live, code, '--as', 'off', '--json'])
  expect(JSON.parse(off.out)).toMatchObject({ changed: [{ file: live }], written: false })
  expect([on.code, off.code]).toEqual([0, 0])
})

test('a live config that is torn may have the entry, so the code stays as well', async () => {
  const code = write('torn.ts', "if (features.isEnabled('chat')) open()\n")
  const live = write('torn.yaml', 'feature_chat: [\n')
  const {
    code: exit,
    out,
    err,
  } = await liveflag([...['remove', 'chat', live, code, '--as', 'on', '--write']])
  expect({ exit, out }).toEqual({ exit: 1, out: '' })
  expect(err).toMatch(/torn\.yaml:1:15: the "\[" that opens here is not closed/)
  expect(readFileSync(code, 'utf8')).toContain('isEnabled')
})

test('it must be said what everybody gets', async () => {
  const { live, code } = files('usage')
  expect(await liveflag(['remove', 'x', live, code])).toMatchObject({ code: 2 })
})
