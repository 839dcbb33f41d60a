/** The picture of the parts in CONTRIBUTING.md is drawn from their imports. */
import { textOf } from './markdown'
import { sourceFiles } from './source-tree'
import { PICTURE_PAGE, withPicture } from './parts-picture'

test('every part of src/ has a row in the table above it', () => {
  const rows = textOf(PICTURE_PAGE)
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .flatMap((line) =>
      [...(line.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
    )
  const parts = new Set(
    sourceFiles().flatMap(({ path }) => (path.includes('/') ? (path.split('/')[0] ?? []) : [])),
  )
  expect([...parts].filter((part) => !rows.includes(part))).toEqual([])
})

test('the picture of the parts is up to date; if not, npm run picture draws it', () => {
  const page = textOf(PICTURE_PAGE)
  expect(page).toBe(withPicture(page))
})
