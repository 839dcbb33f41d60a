/** Which files are read as code. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { readCode } from '../../src/codemod/files'
import { tempDir } from '../support/temp-dir'

function write(files: Readonly<Record<string, string>>, name: string): string {
  const root = join(tempDir(), name)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const readIn = async (root: string): Promise<string[]> =>
  (await readCode([root])).map(({ path }) => relative(root, path))

test('scripts and templates are read; packages, builds, hidden folders and declarations are not', async () => {
  const root = write(
    {
      'a.ts': '',
      'b.tsx': '',
      'c.mjs': '',
      'views/d.njk': '',
      'views/e.hbs': '',
      'readme.md': '',
      'types.d.ts': '',
      'lib.min.js': '',
      'node_modules/x/index.js': '',
      'dist/a.js': '',
      '.git/hook.js': '',
    },
    'kinds',
  )
  expect(await readIn(root)).toEqual(['a.ts', 'b.tsx', 'c.mjs', 'views/d.njk', 'views/e.hbs'])
})

test('a .gitignore of any folder leaves files out, and takes back what it excepts', async () => {
  const root = write(
    {
      '.gitignore': '# built\nout/\n*.gen.ts\n!keep.gen.ts\n/only-here.ts\nsrc/**/old.ts\n',
      'a.ts': '',
      'b.gen.ts': '',
      'keep.gen.ts': '',
      'only-here.ts': '',
      'out/c.ts': '',
      'src/only-here.ts': '',
      'src/x/y/old.ts': '',
      'src/x/.gitignore': 'z.ts',
      'src/x/z.ts': '',
      'src/z.ts': '',
    },
    'ignoring',
  )
  expect(await readIn(root)).toEqual(['a.ts', 'keep.gen.ts', 'src/only-here.ts', 'src/z.ts'])
})

test('a file that is named is read wherever it is; one that is not there is an error', async () => {
  const root = write({ 'dist/a.js': 'x' }, 'named')
  expect(await readCode([join(root, 'dist/a.js')])).toMatchObject([{ text: 'x' }])
  await expect(readCode([join(root, 'none')])).rejects.toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
  })
})
