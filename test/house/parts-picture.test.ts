/** The picture of the parts in CONTRIBUTING.md is drawn from their imports. */
import { textOf } from './markdown'
import { PICTURE_PAGE, withPicture } from './parts-picture'

test('the picture of the parts is up to date; if not, npm run picture draws it', () => {
  const page = textOf(PICTURE_PAGE)
  expect(page).toBe(withPicture(page))
})
