import { failureProblem, large, notADirectory, tooLarge } from '../../../src/sources/internal/file-problems'

test.each([
  [5, '5 bytes'],
  [100_000, '100000 bytes'],
  [1024 * 1024, '1 MiB'],
  [1.5 * 1024 * 1024, '1.5 MiB'],
])('a limit of %d bytes is said as %s', (limit, said) => {
  expect([tooLarge('a.yaml', limit).message, large('a.yaml', limit).message]).toEqual([expect.stringContaining(`more than ${said},`), expect.stringContaining(`more than ${said},`)])
})

test.each([
  ['a.yaml', '/srv/a.yaml', '/srv/a.yaml', 'a.yaml is missing from /srv;'],
  ['/srv/a.yaml', '/srv/a.yaml', '/srv/a.yaml', '/srv/a.yaml is missing;'],
  ['a.yaml', '/a.yaml', '/a.yaml', 'a.yaml is missing from /;'],
  ['d/a.yaml', '/srv/d/a.yaml', '/srv/d', 'd/a.yaml is missing (there is no /srv/d);'],
])('%s, looked for at %s where there is no %s: %s', (name, path, at, said) => {
  expect(failureProblem(name, { kind: 'missing', at }, path).message).toContain(said)
})

test('a directory and a file are told how to give the other', () => {
  expect(failureProblem('d', { kind: 'not-a-file', what: 'a directory' }).message).toContain('directory(path)')
  expect(notADirectory('a.yaml', 'a file').message).toContain('file(path)')
})
