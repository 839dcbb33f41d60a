import {
  failureProblem,
  large,
  notADirectory,
  tooLarge,
  unreadable,
} from '../../../src/sources/watch/problems'

test.each([
  [5, '5 bytes'],
  [100_000, '100000 bytes'],
  [1024 * 1024, '1 MiB'],
  [1.5 * 1024 * 1024, '1.5 MiB'],
])('a limit of %d bytes is said as %s', (limit, said) => {
  expect([tooLarge('a.yaml', limit).message, large('a.yaml', limit).message]).toEqual([
    expect.stringContaining(`more than ${said},`),
    expect.stringContaining(`more than ${said},`),
  ])
})

test.each([
  ['a.yaml', '/srv/a.yaml', '/srv/a.yaml', 'a.yaml is missing from /srv;'],
  ['/srv/a.yaml', '/srv/a.yaml', '/srv/a.yaml', '/srv/a.yaml is missing;'],
  ['a.yaml', '/a.yaml', '/a.yaml', 'a.yaml is missing from /;'],
  ['d/a.yaml', '/srv/d/a.yaml', '/srv/d', 'd/a.yaml is missing (there is no /srv/d);'],
])('%s, looked for at %s where there is no %s: %s', (name, path, at, said) => {
  expect(failureProblem(name, { kind: 'missing', at }, path).message).toContain(said)
})

test('a directory and a file name the source for the other', () => {
  expect(failureProblem('d', { kind: 'not-a-file', what: 'a directory' }).message).toContain(
    'directory(path)',
  )
  expect(notADirectory('a.yaml', 'a file').message).toContain('file(path)')
})

test.each([
  ['permission denied (EACCES)', 'give this process the right to read it, or repair it'],
  ['not permitted (EPERM)', 'give this process the right to read it, or repair it'],
  ['its symbolic links form a loop (ELOOP)', 'make the link lead to a file'],
  ['its name is too long (ENAMETOOLONG)', 'correct the path'],
  ['the system has too many open files (ENFILE)', 'close some, or raise the limit'],
  ['EINVAL: invalid argument, read', 'repair it, or correct the path'],
])('what cannot be read as %s has the advice: %s', (reason, advice) => {
  expect(unreadable('a.yaml', 'a.yaml', reason).message).toBe(
    `a.yaml cannot be read: ${reason}; ${advice}`,
  )
})
