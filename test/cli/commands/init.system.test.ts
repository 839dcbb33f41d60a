/** `liveflag init`: what it finds in an application, what it writes, and that the result works. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { checkText } from '../../../src/live-config/check'
import { frameworks } from '../../../src/cli/setup/frameworks'
import { tempDir } from '../../support/temp-dir'
import { liveflag } from '../captured-terminal'
import { installedApp, writeAll } from '../installed-app'

const root = join(__dirname, '..', '..', '..')

function app(manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const dir = tempDir()
  writeAll(dir, { 'package.json': JSON.stringify(manifest), ...files })
  return dir
}

async function foundIn(
  manifest: object,
  files?: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { out } = await liveflag(['init', app(manifest, files), '--dry-run', '--json'])
  return (JSON.parse(out) as { found: unknown }).found
}

const PLAIN = {
  framework: 'plain Node',
  engines: [],
  language: 'JavaScript',
  modules: 'CommonJS',
  packageManager: 'npm',
  runner: 'node:test',
}

test.each<[string, object, Record<string, string>, object]>([
  ['an empty package.json', {}, {}, {}],
  [
    'express and EJS',
    { dependencies: { express: '5', ejs: '7' } },
    {},
    { framework: 'Express', engines: ['EJS'] },
  ],
  [
    'Nest, though it brings Express',
    { dependencies: { express: '5', '@nestjs/core': '12' } },
    {},
    { framework: 'NestJS' },
  ],
  [
    'Nest on Fastify',
    { dependencies: { '@nestjs/core': '12', '@nestjs/platform-fastify': '12' } },
    {},
    { framework: 'NestJS on Fastify' },
  ],
  [
    'Next',
    { dependencies: { next: '16', 'react-dom': '19' } },
    {},
    { framework: 'Next.js', engines: ['React'] },
  ],
  [
    'of two frameworks the one that the code imports',
    { dependencies: { koa: '3', hono: '4' } },
    { 'src/app.js': "const { Hono } = require('hono')" },
    { framework: 'Hono' },
  ],
  [
    'TypeScript by its tsconfig, and ES modules',
    { type: 'module', devDependencies: { vitest: '4' } },
    { 'tsconfig.json': '{}' },
    { language: 'TypeScript', modules: 'ES modules', runner: 'vitest' },
  ],
  [
    'pnpm by its lock',
    { devDependencies: { jest: '30' } },
    { 'pnpm-lock.yaml': '' },
    { packageManager: 'pnpm', runner: 'jest' },
  ],
  [
    'yarn by packageManager',
    { packageManager: 'yarn@4.1.0' },
    { 'pnpm-lock.yaml': '' },
    { packageManager: 'yarn' },
  ],
])('finds %s', async (_, manifest, files, expected) => {
  expect(await foundIn(manifest, files)).toEqual({ ...PLAIN, ...expected })
})

test('writes a live config without problems that names its schema, the code, a test and a script', async () => {
  const dir = installedApp(
    { name: 'shop', dependencies: { express: '5', liveflag: '*' } },
    { 'src/app.js': '' },
  )
  const { code, out } = await liveflag(['init', dir])
  const live = readFileSync(join(dir, 'config/live.yaml'), 'utf8')
  const [, schema = ''] = /\$schema=(\S+)/.exec(live) ?? []
  expect({
    code,
    written: out.match(/^\S+ {2}(?:written|changed)$/gm),
    problems: checkText(live).problems,
  }).toEqual({
    code: 0,
    written: [
      'config/live.yaml  written',
      'src/features.js  written',
      'test/features.test.mjs  written',
      'package.json  changed',
    ],
    problems: [],
  })
  expect(existsSync(join(dir, 'config', schema))).toBe(true)
  expect(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))).toEqual({
    name: 'shop',
    dependencies: { express: '5', liveflag: '*' },
    scripts: { 'features:check': 'liveflag check config/live.yaml' },
  })
})

test('what is there stays: a second run changes nothing, and no file of somebody else is touched', async () => {
  const dir = app({ scripts: { 'features:check': 'mine' } }, { 'features.js': '// mine\n' })
  await liveflag(['init', dir])
  const { out } = await liveflag(['init', dir])
  expect(readFileSync(join(dir, 'features.js'), 'utf8')).toBe('// mine\n')
  expect(out.match(/^\S+ {2}.*$/gm)).toEqual(
    ['config/live.yaml', 'features.js', 'test/features.test.mjs'].map(
      (path) => `${path}  kept, it is there already`,
    ),
  )
})

test('adds its script to package.json and leaves every other character as it is', async () => {
  const text = '{\r\n\t"name": "x", "keywords": ["a", "b"],\r\n\t"files": ["dist"]\r\n}\r\n'
  const dir = app({})
  writeFileSync(join(dir, 'package.json'), text)
  await liveflag(['init', dir])
  const after = readFileSync(join(dir, 'package.json'), 'utf8')
  expect(after.startsWith(text.slice(0, -5))).toBe(true)
  expect(after.replaceAll('\r\n', '')).not.toContain('\n')
  expect(JSON.parse(after)).toMatchObject({
    files: ['dist'],
    scripts: { 'features:check': expect.any(String) },
  })
})

test('--dry-run prints each file and writes none', async () => {
  const dir = app({ name: 'x' })
  const { code, out } = await liveflag(['init', dir, '--dry-run'])
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining('  │ feature_welcome_banner:\n'),
  })
  expect(existsSync(join(dir, 'config'))).toBe(false)
})

test.each([
  ['a directory without package.json', [], /package\.json cannot be read: .*npm init there/],
  [
    'a live file outside',
    ['--live-file', '../live.yaml'],
    /--live-file is "\.\.\/live\.yaml"; give a path within/,
  ],
])('refuses %s', async (_, args, message) => {
  const dir = args.length > 0 ? app({}) : tempDir()
  const { code, err } = await liveflag(['init', dir, ...args])
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) })
})

/** Frameworks whose module this build has; Next is compiled by Next alone. */
const built = frameworks.filter(
  ({ module: name }) =>
    name !== undefined && existsSync(join(root, 'dist', 'middleware', `${name}.js`)),
)

test('what it writes in TypeScript compiles, in strict mode, for each framework', async () => {
  const files: string[] = []
  for (const needs of ['', ...built.map((framework) => framework.needs)]) {
    const dir = installedApp(
      { type: 'module', dependencies: { [needs || 'x']: '*' }, devDependencies: { vitest: '4' } },
      { 'tsconfig.json': '{}' },
    )
    await liveflag(['init', dir])
    const asks =
      "import { openLiveConfig } from './features.js'\n// @ts-expect-error -- no such feature\nvoid openLiveConfig().then((one) => one.isEnabled('welcome_baner'))\n"
    const isAsked = !needs.startsWith('@nestjs')
    writeFileSync(join(dir, 'asks.ts'), isAsked ? asks : 'export {}')
    files.push(
      ...['features.ts', 'feature-types.d.ts', 'asks.ts', 'test/features.test.ts'].map((path) =>
        join(dir, path),
      ),
    )
  }
  const program = ts.createProgram(files, {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  })
  const problems = ts.getPreEmitDiagnostics(program)
  expect(
    problems.map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ''} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    ),
  ).toEqual([])
}, 60_000)

test('the scripts of a TypeScript project check the live config and its types', async () => {
  const dir = app({ devDependencies: { typescript: '5' } }, { 'src/a.ts': '' })
  const { out } = await liveflag(['init', dir])
  expect(out).toContain('write its types: npm run features:types')
  expect(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))).toMatchObject({
    scripts: {
      'features:check':
        'liveflag check config/live.yaml && liveflag types config/live.yaml --out src/feature-types.d.ts --check',
      'features:types': 'liveflag types config/live.yaml --out src/feature-types.d.ts',
    },
  })
  const [live, types] = ['config/live.yaml', 'src/feature-types.d.ts'].map((path) =>
    join(dir, path),
  )
  const check = await liveflag(['types', live ?? '', '--out', types ?? '', '--check'])
  expect(check).toEqual({ code: 0, out: '', err: '' })
})

test('a plain Node server and a Nest application boot with it', async () => {
  const plain = installedApp(
    { type: 'module' },
    {
      'main.js': `import { createServer } from 'node:http'
        import { openLiveConfig, visitorFeatures } from './features.js'
        const features = await openLiveConfig()
        const withFeatures = visitorFeatures(features)
        const server = createServer(withFeatures((req, res) => res.end(String(req.features.isEnabled('welcome_banner')))))
        server.listen(0, async () => {
          console.log(await (await fetch('http://localhost:' + server.address().port)).text())
          process.exit()
        })`,
    },
  )
  const nest = installedApp(
    { type: 'module', dependencies: { '@nestjs/core': '*' } },
    {
      'main.js': `import 'reflect-metadata'
        import { Module } from '@nestjs/common'
        import { NestFactory } from '@nestjs/core'
        import { FEATURES } from 'liveflag/nest'
        import { visitorFeatures } from './features.js'
        class App {}
        Module({ imports: [visitorFeatures] })(App)
        const app = await NestFactory.create(App, { logger: false })
        await app.init()
        console.log(String(app.get(FEATURES).isEnabled('welcome_banner')))
        await app.close()`,
    },
  )
  for (const dir of [plain, nest]) {
    await liveflag(['init', dir])
    const { stdout, stderr } = spawnSync(process.execPath, ['main.js'], {
      cwd: dir,
      encoding: 'utf8',
    })
    expect({ stdout, stderr }).toEqual({ stdout: 'false\n', stderr: '' })
  }
})

const ASK = `
  const app = express()
  const server = app.listen(0, async () => {
    const features = await openLiveConfig()
    app.use(visitorFeatures(features))
    app.get('/', (req, res) => res.send(String(req.features.isEnabled('welcome_banner'))))
    const { port } = server.address()
    console.log(await (await fetch('http://localhost:' + port)).text())
    process.exit()
  })`

test.each([
  [
    'ES modules',
    { type: 'module' },
    `import express from 'express'; import { openLiveConfig, visitorFeatures } from './features.js'; ${ASK}`,
  ],
  [
    'CommonJS',
    {},
    `const express = require('express'); const { openLiveConfig, visitorFeatures } = require('./features.js'); ${ASK}`,
  ],
])('an Express application of %s boots with it, and its test passes', async (_, manifest, main) => {
  const dir = installedApp({ ...manifest, dependencies: { express: '5' } }, { 'main.js': main })
  await liveflag(['init', dir])
  const run = (...args: string[]) =>
    spawnSync(process.execPath, args, { cwd: dir, encoding: 'utf8' })
  const { stdout, stderr } = run('main.js')
  expect({ stdout, stderr }).toEqual({ stdout: 'false\n', stderr: '' })
  const tested = run(
    '--test',
    existsSync(join(dir, 'test/features.test.mjs'))
      ? 'test/features.test.mjs'
      : 'test/features.test.js',
  )
  expect({ status: tested.status, out: tested.stdout }).toEqual({
    status: 0,
    out: expect.stringContaining('pass 1'),
  })
})
