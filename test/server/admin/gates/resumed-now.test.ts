/** A proposal that resumes a ramp counts from its approval on; any other is left as it is. */
import { NO_RAMP_EDITS, withRampEdit } from '../../../../src/analysis/ramp-edit'
import { resumedNow } from '../../../../src/server/admin/gates/resumed-now'

const at = (day: string): number => Date.parse(day)
const FAILED = withRampEdit(NO_RAMP_EDITS, 'button', {
  ...{ at: at('2026-12-04'), outcome: 'fail', percent: 30, to: 0, reason: 'errors' },
})
const resume = (text: string, day: string, feature = 'button'): string =>
  withRampEdit(text, feature, {
    ...{ at: at(day), outcome: 'resume', percent: 0, to: 0, reason: 'ours' },
  })

test('of a resume the time is that of now, in the file as it is now', () => {
  const proposed = {
    format: 'yaml',
    baseText: FAILED,
    newText: resume(FAILED, '2026-12-05'),
  } as const
  expect(resumedNow(FAILED, proposed, at('2026-12-07'))).toEqual({
    feature: 'button',
    text: resume(FAILED, '2026-12-07'),
  })
  const noted = `# Ask Ann.\n${FAILED}`
  expect(resumedNow(noted, proposed, at('2026-12-07'))?.text).toBe(resume(noted, '2026-12-07'))
})

test.each([
  ['a note', `# Ask Ann.\n${FAILED}`],
  ['a resume with a note', `# Ask Ann.\n${resume(FAILED, '2026-12-05')}`],
  ['two resumes', resume(resume(FAILED, '2026-12-05'), '2026-12-06', 'other')],
  ['a pass', FAILED.replace('outcome: fail', 'outcome: pass')],
  ['no edit at all', NO_RAMP_EDITS],
  ['entries', 'feature_a: on\n'],
  ['what cannot be read', 'ramps: ['],
])('%s is no resume', (_what, newText) => {
  const proposed = { format: 'yaml', baseText: FAILED, newText } as const
  expect(resumedNow(FAILED, proposed, at('2026-12-07'))).toBeUndefined()
})
