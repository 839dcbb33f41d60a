import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '../../support/temp-dir'
import { liveflag, scratch, Started } from '../captured-terminal'
import { eventually } from '../../support/eventually'

const write = scratch()
const path = write('live.yaml', 'feature_a: on\nfeature_broken: { nonsense: 1 }\n')

const started: Started[] = []
afterEach(async () => {
  for (const command of started.splice(0)) await interrupted(command)
})

function interrupted(command: Started): Promise<number> {
  command.interrupt()
  return command.ended
}

/** Starts a server on any free port, and resolves when it listens. */
async function serving(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly command: Started }> {
  const command = new Started(['serve', ...args, '--port', '0'], {
    env: { LIVEFLAG_DB: ':memory:', ...env },
  })
  started.push(command)
  await eventually('it listens', () => command.stdout.lines.length > 0)
  const [line = ''] = command.stdout.lines
  return { url: line.replace('liveflag is listening on ', ''), command }
}

test('it prints one line when it answers, logs JSON to stderr, and ends with 0 when interrupted', async () => {
  const { url, command } = await serving([path])
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const answer = await fetch(`${url}/ofrep/v1/evaluate/flags/a`, { method: 'POST' })
  expect(await answer.json()).toMatchObject({ key: 'a', value: true })
  expect(await interrupted(command)).toBe(0)
  expect(command.stdout.lines).toHaveLength(1)
  expect(command.stderr.text).toContain('"code":"unknown-key"')
  for (const line of command.stderr.lines) expect(() => JSON.parse(line) as unknown).not.toThrow()
})

test('several sources are one live config, directories too', async () => {
  const folder = tempDir()
  writeFileSync(join(folder, 'one.yaml'), 'feature_b: on\n')
  const { url } = await serving([path, folder])
  const status = (await (await fetch(`${url}/status`)).json()) as { readonly features: number }
  expect(status.features).toBe(2)
})

test('flags win over the environment, which wins over the file', async () => {
  const config = write(
    'server.yaml',
    'server: { prefix: /file, body_bytes: 5, flag_set_id: file }\n',
  )
  const { url } = await serving([path, '--config', config, '--prefix', '/flag'], {
    LIVEFLAG_PREFIX: '/env',
    LIVEFLAG_FLAG_SET_ID: 'env',
  })
  expect(url).toMatch(/\/flag$/)
  const ask = (body: string) => fetch(`${url}/ofrep/v1/evaluate/flags`, { method: 'POST', body })
  expect(await (await ask('{}')).json()).toMatchObject({ metadata: { flagSetId: 'env' } })
  expect((await ask('{"a":1}')).status).toBe(413)
})

test('--listen says host and port in one, and is refused without a token like any other host', async () => {
  const local = new Started(['serve', path, '--listen', 'localhost:0'], {
    env: { LIVEFLAG_DB: ':memory:' },
  })
  started.push(local)
  await eventually('it listens', () => local.stdout.lines.length > 0)
  expect(local.stdout.text).toMatch(/http:\/\/localhost:\d+\n$/)
  const { code, err } = await liveflag(['serve', path, '--listen', '0.0.0.0:0'], {
    env: { LIVEFLAG_DB: ':memory:' },
  })
  expect(code).not.toBe(0)
  expect(err).toContain('host is "0.0.0.0", and there is no token')
})

test.each(['', ':', 'a:b', '[::1', ':123456', 'x:1:2'])(
  '--listen %p is no address, and the message says how one looks',
  async (address) => {
    const { code, err } = await liveflag(['serve', path, '--listen', address || ' '])
    expect(code).not.toBe(0)
    expect(err).toMatch(/listen/)
  },
)

test('exposures of answers are recorded', async () => {
  const live = write(
    'e.yaml',
    'feature_e: { experiment: { experiment_id: 7, loggedin: true, variants: { a: 30, b: 30 } } }\n',
  )
  const { url } = await serving([live])
  await fetch(`${url}/ofrep/v1/evaluate/flags/e`, {
    method: 'POST',
    body: '{"context":{"targetingKey":"t2_a","user":{}}}',
  })
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toMatch(
    /liveflag_http_requests_total\{route="\/ofrep\/v1\/evaluate\/flags\/:key",status="200"\} 1/,
  )
  // And the text of the entry.
  expect(metrics).toMatch(/liveflag_writer_rows_total\{outcome="received"\} 2/)
})

test.each([
  [[path, '--port', '99999'], 'createServer: port is 99999; give a whole number from 0 to 65535'],
  [[path, '--port', 'x'], 'createServer: port is NaN; give a whole number'],
  [
    [path, '--host', '0.0.0.0', '--port', '0'],
    'there is no token; make one with liveflag token create',
  ],
  [['-'], 'serve: FILE is "-"; give a file, a directory or a URL'],
  [[path, '--config', '/nowhere.yaml'], 'serve: the settings cannot be read from /nowhere.yaml'],
  [[path, '--config', path], 'it has no mapping "server"'],
])('%j is refused, and says why', async (args, message) => {
  const { code, err } = await liveflag(['serve', ...args], { env: { LIVEFLAG_DB: ':memory:' } })
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) })
})

test('a live config that is not there is a problem of the live config', async () => {
  const { code, err } = await liveflag(['serve', join(tempDir(), 'no.yaml')], {
    env: { LIVEFLAG_DB: ':memory:' },
  })
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('no.yaml') })
})

test('--help shows every setting with its variable', async () => {
  const { out } = await liveflag(['serve', '--help'])
  for (const flag of [
    '--port',
    '--host',
    '--db',
    '--open',
    '--body-bytes',
    '--rate-limit',
    '--cors',
  ])
    expect(out).toContain(flag)
  expect(out).toContain('LIVEFLAG_STREAMS_PER_TOKEN')
})
