/** FILE may be a directory: each command reads the live configs in it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '../support/temp-dir'
import { block, liveflag, Started } from './captured-terminal'

function filled(files: Readonly<Record<string, string>>): string {
  const dir = join(tempDir(), 'live.d')
  mkdirSync(dir)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

const good = {
  'a.yaml': 'feature_a: on\n',
  'b.json': '{"feature_b": {"users": ["gary"]}}\n',
  '.hidden.yaml': '[',
  README: 'x',
}

test('check counts the features of all files', async () => {
  expect(await liveflag(['check', filled(good)])).toEqual({
    code: 0,
    out: '2 features, no problems\n',
    err: '',
  })
})

test('check shows the problems of each file, and a feature that is in two', async () => {
  const dir = filled({ ...good, 'c.yaml': 'feature_c: {gold: 5}\nfeature_a: off\n' })
  const { code, out, err } = await liveflag(['check', dir])
  expect({ code, out: out.replaceAll(dir, 'live.d'), err }).toEqual({
    code: 1,
    out: block(`
      live.d/c.yaml:1:19  error  bad-type  feature_c: gold is a number (5); write true or false, without quotes
           1 │ feature_c: {gold: 5}
             │                   ^

      live.d/c.yaml:2:1  error  duplicate-feature  feature_a: "feature_a" is in live.d/c.yaml and already in live.d/a.yaml:1; keep one of them
           2 │ feature_a: off
             │ ^

      1 feature, 2 problems
    `),
    err: '',
  })
})

test('check names the copies that nobody reads: one that a source would warn of is a problem', async () => {
  const copy = 'a (conflicted copy 2026-11-29).yaml'
  const left = { 'a.yaml.orig': '[', 'b.json~': '[', '.a.yaml.swp': '[' }
  const dir = filled({ ...good, ...left })
  const only = await liveflag(['check', dir])
  expect(only).toMatchObject({ code: 0, out: '2 features, no problems\n' })
  for (const name of Object.keys(left)) expect(only.err).toContain(`"${name}"`)
  writeFileSync(join(dir, copy), 'feature_a: off\n')
  const both = await liveflag(['check', dir])
  expect({ code: both.code, out: both.out }).toEqual({ code: 1, out: '2 features, 1 problem\n' })
  expect(both.err).toContain(`"${copy}" (a copy of Dropbox`)
  expect(await liveflag(['check', dir, '--allow-warnings'])).toMatchObject({ code: 0 })
  const { out } = await liveflag(['check', dir, '--json'])
  expect(JSON.parse(out)).toMatchObject({
    features: 2,
    problems: [{ code: 'conflict-copy', severity: 'warning', source: dir }],
  })
})

test('check --json says of each problem in which file it is', async () => {
  const dir = filled({ ...good, 'c.yaml': 'feature_c: [\n' })
  const { code, out } = await liveflag(['check', dir, '--json'])
  expect([code, JSON.parse(out)]).toEqual([
    1,
    {
      features: 2,
      problems: [
        expect.objectContaining({
          code: 'syntax',
          line: expect.any(Number),
          source: join(dir, 'c.yaml'),
        }),
      ],
    },
  ])
})

test('check says what cannot be read, and judges the rest', async () => {
  const dir = filled(good)
  mkdirSync(join(dir, 'c.yaml'))
  const { code, out, err } = await liveflag(['check', dir])
  expect([code, out, err]).toEqual([
    1,
    '2 features, 1 problem\n',
    expect.stringContaining('c.yaml is a directory, not a regular file'),
  ])
})

test('explain shows the entry in its file', async () => {
  const dir = filled(good)
  const { code, out } = await liveflag([
    'explain',
    dir,
    'b',
    '--world',
    '{"user": {"id": "t2_beef", "name": "gary"}}',
  ])
  expect([code, out]).toEqual([0, expect.stringContaining(join(dir, 'b.json:1:2'))])
})

test('eval decides the features of all files', async () => {
  const { code, out } = await liveflag([
    'eval',
    filled(good),
    '--json',
    '--world',
    '{"user": {"id": "t2_beef", "name": "gary"}}',
  ])
  expect([code, Object.keys(JSON.parse(out) as object)]).toEqual([0, ['a', 'b']])
})

test.each(['explain', 'eval'])('%s names the file with the problem', async (command) => {
  const dir = filled({ ...good, 'c.yaml': 'feature_c: [\n' })
  expect(await liveflag([command, dir, 'a'])).toEqual({
    code: 1,
    out: '',
    err: expect.stringContaining(`${join(dir, 'c.yaml')}:`),
  })
})

test('a directory without live config is one line of error', async () => {
  const dir = filled({ README: 'x' })
  expect(await liveflag(['check', dir])).toEqual({
    code: 1,
    out: '',
    err: expect.stringContaining(`${dir} has no file whose name ends in .yaml`),
  })
})

test('a format cannot be given for a whole directory', async () => {
  const dir = filled(good)
  expect(await liveflag(['check', dir, '--format', 'json'])).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining('leave out --format'),
  })
})

test('watch prints what comes and goes', async () => {
  const dir = filled(good)
  const watching = new Started(['watch', dir])
  const told = [await watching.line(1)]
  writeFileSync(join(dir, 'c.yaml'), 'feature_c: on\n')
  told.push(await watching.line(2))
  rmSync(join(dir, 'c.yaml'))
  told.push(await watching.line(3))
  watching.interrupt()
  expect(await watching.ended).toBe(0)
  expect(told).toEqual([
    expect.stringContaining(`READY    generation 2, 2 features, ${dir}, `),
    expect.stringMatching(/CHANGE {3}generation 3 {2}\+c$/),
    expect.stringMatching(/CHANGE {3}generation 4 {2}-c$/),
  ])
})
