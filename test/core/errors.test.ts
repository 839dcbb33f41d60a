import { LiveflagError } from '../../src/index'

test('an error of liveflag has a code to branch on, is an Error, and keeps its cause', () => {
  const cause = new Error('the disk')
  const error = new LiveflagError('LIVEFLAG_NO_CONFIG', 'no live config', { cause })
  expect(error).toBeInstanceOf(Error)
  expect({
    name: error.name,
    code: error.code,
    message: error.message,
    cause: error.cause,
  }).toEqual({
    name: 'LiveflagError',
    code: 'LIVEFLAG_NO_CONFIG',
    message: 'no live config',
    cause,
  })
  expect(String(error)).toBe('LiveflagError: no live config')
})
